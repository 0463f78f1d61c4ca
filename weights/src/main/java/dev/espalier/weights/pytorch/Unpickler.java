package dev.espalier.weights.pytorch;

import dev.espalier.weights.internal.WeightFile;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs a pickle of protocol 2 to 5 on a machine without functions: it makes {@link Long}, {@link
 * BigInteger}, {@link Double}, {@link Boolean}, {@link String}, {@link List}, {@link Map}, {@link
 * PickledTensor} and {@link #NONE}, and refuses what is not in {@link PickledGlobal}. Memory is
 * bounded by the length of the pickle, and nothing recurs. Not thread-safe.
 */
final class Unpickler {
  /** Python's {@code None}. */
  static final Object NONE =
      new Object() {
        @Override
        public String toString() {
          return "None";
        }
      };

  /** Pickles of checkpoints, whose elements are elsewhere, are far shorter. */
  static final int LONGEST = 16 << 20;

  private static final int LONGEST_INTEGER = 1024;

  /** A byte of a pickle can ask for a whole dictionary, so they are counted. */
  private static final int MOST_OBJECTS = 3_000_000;

  private static final Object MARK = new Object();

  private final WeightFile file;
  private final ByteBuffer bytes;
  private final List<Object> stack = new ArrayList<>();
  private final Map<Integer, Object> memo = new HashMap<>();
  private final Map<String, PickledStorage> storages = new LinkedHashMap<>();
  private int objects;

  /**
   * Starts at the position of the bytes.
   *
   * @param file for errors
   */
  Unpickler(WeightFile file, ByteBuffer bytes) {
    this.file = file;
    this.bytes = bytes.order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Returns the storages that pickles named so far, by their key. */
  Map<String, PickledStorage> storages() {
    return Collections.unmodifiableMap(storages);
  }

  /** Returns what the pickle at the position of the bytes makes, and stops behind it. */
  Object load() {
    stack.clear();
    memo.clear();
    while (true) {
      file.at("byte " + bytes.position() + " of the pickle");
      int code = unsignedByte();
      if (code == '.') {
        return pop();
      }
      run(code);
    }
  }

  private void run(int code) {
    switch (code) {
      case 0x80 -> protocol();
      case 0x95 -> bytes.getLong(); // The length of a frame, which only helps to read ahead.
      case '(' -> stack.add(MARK);
      case '0' -> pop();
      case '1' -> popToMark();
      case '2' -> stack.add(peek());
      case 'N' -> stack.add(NONE);
      case 0x88 -> stack.add(true);
      case 0x89 -> stack.add(false);
      case 'J' -> stack.add((long) bytes.getInt());
      case 'K' -> stack.add((long) unsignedByte());
      case 'M' -> stack.add((long) unsignedShort());
      case 0x8a -> stack.add(integer(unsignedByte()));
      case 0x8b -> stack.add(integer(bytes.getInt()));
      case 'G' -> stack.add(Double.longBitsToDouble(Long.reverseBytes(bytes.getLong())));
      case 'X', 'T', 'B' -> stack.add(text(Integer.toUnsignedLong(bytes.getInt())));
      case 0x8c, 'U', 'C' -> stack.add(text(unsignedByte()));
      case 0x8d, 0x8e, 0x96 -> stack.add(text(bytes.getLong()));
      case ']', 0x8f -> push(new ArrayList<Object>());
      case 'l', 0x91 -> push(popToMark());
      case 'a' -> append(List.of(pop()));
      case 'e', 0x90 -> append(popToMark());
      case ')' -> stack.add(List.of());
      case 't' -> push(List.copyOf(popToMark()));
      case 0x85 -> push(List.copyOf(popSome(1)));
      case 0x86 -> push(List.copyOf(popSome(2)));
      case 0x87 -> push(List.copyOf(popSome(3)));
      case '}' -> push(new LinkedHashMap<Object, Object>());
      case 'd' -> {
        List<Object> items = popToMark();
        push(new LinkedHashMap<Object, Object>());
        setItems(items);
      }
      case 's' -> setItems(popSome(2));
      case 'u' -> setItems(popToMark());
      case 'q' -> remember(unsignedByte());
      case 'r' -> remember(bytes.getInt());
      case 0x94 -> remember(memo.size());
      case 'h' -> stack.add(remembered(unsignedByte()));
      case 'j' -> stack.add(remembered(bytes.getInt()));
      case 'c' -> stack.add(PickledGlobal.named(file, line(), line()));
      case 0x93 -> {
        List<Object> names = popSome(2);
        stack.add(
            PickledGlobal.named(file, as(String.class, names, 0), as(String.class, names, 1)));
      }
      case 'R', 0x81 -> {
        List<Object> call = popSome(2);
        push(as(PickledGlobal.class, call, 0).call(file, as(List.class, call, 1)));
      }
      case 'b' -> build(pop());
      case 'Q' -> stack.add(storage(pop()));
      default ->
          throw file.invalid(
              "there is the instruction "
                  + code
                  + ", which pickles of weights do not have; the file is damaged or not from"
                  + " PyTorch");
    }
  }

  private void push(Object made) {
    count();
    stack.add(made);
  }

  private void remember(int index) {
    count();
    memo.put(index, peek());
  }

  private void count() {
    if (++objects > MOST_OBJECTS) {
      throw file.invalid("there are more than " + MOST_OBJECTS + " objects");
    }
  }

  /** Only objects without items of their own have a state that matters: that of a namespace. */
  private void build(Object state) {
    if (peek() instanceof Map<?, ?> made && made.isEmpty() && state instanceof Map) {
      stack.set(stack.size() - 1, state);
    }
  }

  private void protocol() {
    int version = unsignedByte();
    if (version < 2 || version > 5) {
      throw file.invalid("the pickle has the protocol " + version + ", and 2 to 5 can be read");
    }
  }

  private Object peek() {
    if (stack.isEmpty() || stack.get(stack.size() - 1) == MARK) {
      throw file.invalid("a value is missing");
    }
    return stack.get(stack.size() - 1);
  }

  private Object pop() {
    Object top = peek();
    stack.remove(stack.size() - 1);
    return top;
  }

  private List<Object> popToMark() {
    int mark = stack.lastIndexOf(MARK);
    if (mark < 0) {
      throw file.invalid("the start of a list is missing");
    }
    List<Object> above = new ArrayList<>(stack.subList(mark + 1, stack.size()));
    stack.subList(mark, stack.size()).clear();
    return above;
  }

  private List<Object> popSome(int count) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.add(0, pop());
    }
    return values;
  }

  private void append(List<Object> values) {
    @SuppressWarnings("unchecked")
    List<Object> list = as(List.class, List.of(peek()), 0);
    if (!(list instanceof ArrayList)) {
      throw file.invalid("values are added to a tuple");
    }
    list.addAll(values);
  }

  private void setItems(List<Object> items) {
    @SuppressWarnings("unchecked")
    Map<Object, Object> map = as(Map.class, List.of(peek()), 0);
    if (items.size() % 2 != 0) {
      throw file.invalid("a key of a dictionary has no value");
    }
    for (int i = 0; i < items.size(); i += 2) {
      Object key = items.get(i);
      // Others, such as tuples, are not names of weights, and to hash them may take forever.
      if (key instanceof String || key instanceof Number) {
        map.put(key, items.get(i + 1));
      }
    }
  }

  private Object remembered(int index) {
    Object value = memo.get(index);
    if (value == null) {
      throw file.invalid("the value " + index + " is used before it is made");
    }
    return value;
  }

  private <T> T as(Class<T> type, List<Object> values, int index) {
    Object value = values.get(index);
    if (!type.isInstance(value)) {
      throw file.invalid("a value has another type than the instruction needs");
    }
    return type.cast(value);
  }

  /** The arguments are {@code ("storage", kind, key, device, elements)}, and once a view. */
  private PickledStorage storage(Object reference) {
    if (reference instanceof List<?> parts
        && parts.size() >= 5
        && parts.get(0).equals("storage")
        && parts.get(1) instanceof PickledGlobal kind
        && parts.get(2) instanceof String key
        && parts.get(4) instanceof Long elements
        && elements >= 0
        && (parts.size() == 5 || parts.get(5) == NONE)) {
      PickledStorage storage = new PickledStorage(kind.storedType(file), key, elements);
      PickledStorage known = storages.putIfAbsent(key, storage);
      if (known != null && !known.equals(storage)) {
        throw file.invalid("the storage \"" + key + "\" is described in two ways");
      }
      return storage;
    }
    throw file.invalid("a reference is not to a storage of elements");
  }

  private int unsignedByte() {
    return Byte.toUnsignedInt(bytes.get());
  }

  private int unsignedShort() {
    return Short.toUnsignedInt(bytes.getShort());
  }

  private Object integer(int length) {
    if (length < 0 || length > LONGEST_INTEGER) {
      throw file.invalid("there is an integer of " + length + " bytes");
    }
    byte[] digits = take(length);
    for (int i = 0; i < length / 2; i++) {
      byte first = digits[i];
      digits[i] = digits[length - 1 - i];
      digits[length - 1 - i] = first;
    }
    BigInteger value = length == 0 ? BigInteger.ZERO : new BigInteger(digits);
    return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
  }

  private String text(long length) {
    return new String(take(length), StandardCharsets.UTF_8);
  }

  private String line() {
    int end = bytes.position();
    while (bytes.get(end) != '\n') {
      end++;
    }
    String line = text(end - bytes.position());
    bytes.get();
    return line;
  }

  private byte[] take(long length) {
    if (length < 0 || length > bytes.remaining()) {
      throw file.invalid(
          "there should be " + length + " bytes, and the pickle has " + bytes.remaining());
    }
    byte[] taken = new byte[(int) length];
    bytes.get(taken);
    return taken;
  }
}
