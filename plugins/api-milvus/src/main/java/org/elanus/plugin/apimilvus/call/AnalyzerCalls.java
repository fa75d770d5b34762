package org.elanus.plugin.apimilvus.call;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import org.elanus.milvus.proto.AnalyzerResult;
import org.elanus.milvus.proto.AnalyzerToken;
import org.elanus.milvus.proto.MilvusServiceGrpc;
import org.elanus.milvus.proto.RunAnalyzerRequest;
import org.elanus.milvus.proto.RunAnalyzerResponse;
import org.elanus.plugin.apimilvus.text.TextAnalyzer;
import org.elanus.plugin.apimilvus.text.Token;
import org.elanus.plugin.apimilvus.wire.WireStatus;
import org.elanus.spi.database.Database;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/** Shows what an analyzer makes of texts. */
final class AnalyzerCalls {

    private static final String PARAMETERS = "analyzer_params";
    /** The bytes of a token that its hash is of. */
    private static final int HASHED = 100;
    /** A byte of text can become dozens of bytes of tokens in memory. */
    private static final int MOST_TEXT_BYTES = 1 << 20;
    /** What a token takes in an answer beside its own bytes, at least: its tag and its length. */
    private static final int TOKEN_OVERHEAD_BYTES = 2;

    private final Database database;

    AnalyzerCalls(Database database) {
        this.database = database;
    }

    void add(Calls calls) {
        calls.serve(MilvusServiceGrpc.getRunAnalyzerMethod(), this::run);
    }

    private RunAnalyzerResponse run(Scope scope, RunAnalyzerRequest request) {
        requireShort(request);
        TextAnalyzer analyzer = analyzer(scope, request);
        long most = scope.runtime().maxResponseBytes();
        long size = 0;
        RunAnalyzerResponse.Builder response =
                RunAnalyzerResponse.newBuilder().setStatus(WireStatus.SUCCESS);
        for (ByteString text : request.getPlaceholderList()) {
            if (!text.isValidUtf8()) {
                throw ElanusException.invalid("a text to analyze is not UTF-8");
            }
            AnalyzerResult.Builder result = AnalyzerResult.newBuilder();
            for (Token token : analyzer.tokens(text.toStringUtf8())) {
                AnalyzerToken wire = wire(token, request);
                size += wire.getSerializedSize() + TOKEN_OVERHEAD_BYTES;
                if (size > most) {
                    throw new ElanusException(
                            StandardErrorCode.ARGUMENT_TOO_LARGE,
                            "the tokens have more than " + most + " bytes, which is the most that is sent; analyze less text");
                }
                result.addTokens(wire);
            }
            response.addResults(result);
        }
        return response.build();
    }

    private static void requireShort(RunAnalyzerRequest request) {
        long bytes = 0;
        for (ByteString text : request.getPlaceholderList()) {
            bytes += text.size();
        }
        if (bytes > MOST_TEXT_BYTES) {
            throw new ElanusException(
                    StandardErrorCode.ARGUMENT_TOO_LARGE,
                    "the texts to analyze have " + bytes + " bytes, at most " + MOST_TEXT_BYTES + " are allowed");
        }
    }

    private TextAnalyzer analyzer(Scope scope, RunAnalyzerRequest request) {
        if (request.getCollectionName().isEmpty()) {
            return TextAnalyzer.of(request.getAnalyzerParams());
        }
        FieldSchema field = database.collection(scope.context(request.getDbName()), request.getCollectionName())
                .schema()
                .field(request.getFieldName());
        if (!"true".equalsIgnoreCase(field.parameters().get("enable_analyzer"))) {
            throw ElanusException.invalid("field '%s' has no analyzer: enable_analyzer is not set", field.name());
        }
        return TextAnalyzer.of(field.parameters().getOrDefault(PARAMETERS, ""));
    }

    private static AnalyzerToken wire(Token token, RunAnalyzerRequest request) {
        AnalyzerToken.Builder wire = AnalyzerToken.newBuilder().setToken(token.text());
        if (request.getWithDetail()) {
            wire.setStartOffset(token.start())
                    .setEndOffset(token.end())
                    .setPosition(token.position())
                    .setPositionLength(1);
        }
        if (request.getWithHash()) {
            byte[] bytes = token.text().getBytes(StandardCharsets.UTF_8);
            CRC32 crc = new CRC32();
            crc.update(bytes, 0, Math.min(bytes.length, HASHED));
            wire.setHash((int) Math.min(crc.getValue(), 0xffff_fffeL));
        }
        return wire.build();
    }
}
