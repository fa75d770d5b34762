package org.elanus.dist;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random messages of any type, and random changes of given ones, from the descriptors alone. */
final class Mutations {

    private static final int DEPTH = 5;

    private final Random random;

    Mutations(Random random) {
        this.random = random;
    }

    /** A message with some of its fields filled. */
    Message random(Message prototype) {
        return fill(prototype.newBuilderForType(), 0).build();
    }

    private Message.Builder fill(Message.Builder message, int depth) {
        for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
            boolean named = field.getType() == FieldDescriptor.Type.STRING;
            if (named ? random.nextInt(4) != 0 : random.nextInt(3) == 0) {
                set(message, field, depth);
            }
        }
        return message;
    }

    private void set(Message.Builder message, FieldDescriptor field, int depth) {
        if (depth > DEPTH && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
            return;
        }
        if (!field.isRepeated()) {
            message.setField(field, value(message, field, depth));
            return;
        }
        message.clearField(field);
        for (int i = count(field); i > 0; i--) {
            message.addRepeatedField(field, value(message, field, depth));
        }
    }

    private int count(FieldDescriptor field) {
        if (random.nextInt(40) == 0) {
            return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE ? random.nextInt(50) : random.nextInt(5000);
        }
        return random.nextInt(4);
    }

    private Object value(Message.Builder message, FieldDescriptor field, int depth) {
        return switch (field.getJavaType()) {
            case BOOLEAN -> random.nextBoolean();
            case INT -> (int) Dictionary.number(random);
            case LONG -> Dictionary.number(random);
            case FLOAT -> (float) Dictionary.real(random);
            case DOUBLE -> Dictionary.real(random);
            case STRING -> Dictionary.text(field.getName(), random);
            case BYTE_STRING -> Requests.bytes(field.getName(), random);
            case ENUM -> {
                EnumDescriptor type = field.getEnumType();
                yield random.nextInt(6) == 0
                        ? type.findValueByNumberCreatingIfUnknown((int) Dictionary.number(random))
                        : Dictionary.pick(type.getValues(), random);
            }
            case MESSAGE -> fill(message.newBuilderForField(field), depth + 1).build();
        };
    }

    /** The message with one to five changes, anywhere in it. */
    Message mutated(Message message) {
        Message.Builder builder = message.toBuilder();
        for (int i = 1 + random.nextInt(random.nextInt(4) == 0 ? 5 : 2); i > 0; i--) {
            change(builder, 0);
        }
        return builder.build();
    }

    private void change(Message.Builder message, int depth) {
        List<FieldDescriptor> present = new ArrayList<>(message.getAllFields().keySet());
        List<FieldDescriptor> all = message.getDescriptorForType().getFields();
        if (all.isEmpty()) {
            return;
        }
        if (present.isEmpty() || random.nextInt(6) == 0) {
            set(message, Dictionary.pick(all, random), depth);
            return;
        }
        FieldDescriptor field = Dictionary.pick(present, random);
        boolean isMessage = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
        if (isMessage && random.nextInt(5) != 0 && depth < 12) {
            descend(message, field, depth);
            return;
        }
        switch (random.nextInt(5)) {
            case 0 -> message.clearField(field);
            case 1 -> {
                if (field.getType() == FieldDescriptor.Type.BYTES && !field.isRepeated()) {
                    message.setField(field, damaged((ByteString) message.getField(field), random));
                } else {
                    set(message, field, depth);
                }
            }
            case 2 -> {
                if (field.isRepeated()) {
                    lengthen(message, field);
                } else {
                    set(message, field, depth);
                }
            }
            case 3 -> {
                if (field.isRepeated()) {
                    shorten(message, field);
                } else {
                    set(message, field, depth);
                }
            }
            default -> set(message, field, depth);
        }
    }

    private void descend(Message.Builder message, FieldDescriptor field, int depth) {
        if (field.isRepeated()) {
            int at = random.nextInt(message.getRepeatedFieldCount(field));
            Message.Builder inner = ((Message) message.getRepeatedField(field, at)).toBuilder();
            change(inner, depth + 1);
            message.setRepeatedField(field, at, inner.build());
        } else {
            Message.Builder inner = ((Message) message.getField(field)).toBuilder();
            change(inner, depth + 1);
            message.setField(field, inner.build());
        }
    }

    private void lengthen(Message.Builder message, FieldDescriptor field) {
        Object copied = message.getRepeatedField(field, random.nextInt(message.getRepeatedFieldCount(field)));
        for (int i = random.nextInt(10) == 0 ? random.nextInt(2000) : 1; i > 0; i--) {
            message.addRepeatedField(field, copied);
        }
    }

    private void shorten(Message.Builder message, FieldDescriptor field) {
        List<?> values = new ArrayList<>((List<?>) message.getField(field));
        values.remove(random.nextInt(values.size()));
        message.setField(field, values);
    }

    /** A message inside itself, deeper than a parser follows. */
    static byte[] nested(FieldDescriptor field, byte[] bytes, int levels) {
        ByteString nested = ByteString.copyFrom(bytes);
        for (int i = 0; i < levels; i++) {
            ByteString.Output output = ByteString.newOutput(nested.size() + 10);
            try {
                com.google.protobuf.CodedOutputStream coded = com.google.protobuf.CodedOutputStream.newInstance(output);
                coded.writeBytes(field.getNumber(), nested);
                coded.flush();
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
            nested = output.toByteString();
        }
        return nested.toByteArray();
    }

    /** Bytes cut short, with flipped bits, or with something in or behind them. */
    static ByteString damaged(ByteString bytes, Random random) {
        int size = bytes.size();
        byte[] more = new byte[1 + random.nextInt(12)];
        random.nextBytes(more);
        if (size == 0) {
            return ByteString.copyFrom(more);
        }
        int at = random.nextInt(size);
        return switch (random.nextInt(4)) {
            case 0 -> bytes.substring(0, at);
            case 1 -> bytes.concat(ByteString.copyFrom(more));
            case 2 -> bytes.substring(0, at).concat(ByteString.copyFrom(more)).concat(bytes.substring(at));
            default -> {
                byte[] flipped = bytes.toByteArray();
                for (int i = 1 + random.nextInt(4); i > 0; i--) {
                    flipped[random.nextInt(size)] ^= (byte) (1 << random.nextInt(8));
                }
                yield ByteString.copyFrom(flipped);
            }
        };
    }
}
