package org.elanus.testkit.auth;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.elanus.spi.auth.Credentials;

/** Credentials that differ a little from accepted ones, and texts that nobody should send. */
final class Changes {

    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private Changes() {}

    static List<Credentials> of(Credentials accepted, Random random, int count) {
        return switch (accepted) {
            case Credentials.None none -> List.of();
            case Credentials.Password(String user, String password) ->
                texts(password, random, count).stream()
                        .map(text -> (Credentials) new Credentials.Password(user, text))
                        .toList();
            case Credentials.Token(String token) ->
                texts(token, random, count).stream()
                        .map(text -> (Credentials) new Credentials.Token(text))
                        .toList();
            case Credentials.Certificate(List<String> names) ->
                names.stream()
                        .flatMap(name -> texts(name, random, count).stream())
                        .map(text -> (Credentials) new Credentials.Certificate(List.of(text)))
                        .toList();
        };
    }

    private static List<String> texts(String text, Random random, int count) {
        List<String> changed = new ArrayList<>();
        changed.add("");
        changed.add(text.substring(0, text.length() / 2));
        changed.add(text.substring(0, text.length() - 1));
        changed.add(text.substring(1));
        changed.add(text + ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        changed.add(text + " ");
        changed.add(" " + text);
        changed.add(text + "\0");
        changed.add(text + text);
        for (int i = 0; i < count; i++) {
            int position = random.nextInt(text.length());
            // The last character of a part in base64 may have bits that say nothing.
            if (position == text.length() - 1 || text.charAt(position) == '.' || text.charAt(position + 1) == '.') {
                continue;
            }
            char other = ALPHABET.charAt(random.nextInt(ALPHABET.length()));
            changed.add(text.substring(0, position) + other + text.substring(position + 1));
        }
        changed.removeIf(text::equals);
        return changed;
    }

    static List<String> hostileTexts() {
        List<String> texts = new ArrayList<>(List.of(
                "",
                " ",
                "\0",
                "\r\n",
                "user\r\nSet-Cookie: admin=1",
                "\u001b[31mred\u001b[0m",
                "\u202egnp.exe",
                "\ud800",
                "\udbff\udfff",
                "e\u0301\u0301\u0301",
                ".",
                "..",
                "...",
                "ey",
                "eyJ.eyJ.eyJ",
                "null",
                "%s%n%x%00",
                "%2e%2e%2f",
                "../../../../etc/passwd",
                "${jndi:ldap://127.0.0.1:1/a}",
                "{{7*7}}",
                "' or 1==1 --",
                "root'; drop table users",
                "<script>alert(1)</script>",
                "Basic cm9vdDpNaWx2dXM=",
                "Bearer ",
                "root:Milvus"));
        for (String unit : List.of("a", ".", "a.", ":", "ey", "=", "\0", "[", "\ud83d\ude00")) {
            texts.add(unit.repeat((1 << 20) / unit.length()));
        }
        return texts;
    }

    static List<Credentials> hostile() {
        List<Credentials> credentials = new ArrayList<>();
        for (String text : hostileTexts()) {
            credentials.add(new Credentials.Token(text));
            credentials.add(new Credentials.Password(text, "password"));
            credentials.add(new Credentials.Password("user", text));
            credentials.add(new Credentials.Certificate(List.of(text)));
        }
        credentials.add(new Credentials.Certificate(List.of()));
        return credentials;
    }
}
