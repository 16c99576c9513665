package io.gpenstreams.torch;

import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a pickle of protocol 2 to 5 as data. It knows only the opcodes that state dicts consist of.
 * {@link Names} decides about every name in the pickle, and knows a handful. No name is looked up
 * as a class, and no code from the pickle runs.
 *
 * <p>This class exists because a general unpickler does not fit untrusted files: {@code
 * net.razorvine:pickle} turns unknown names into dictionaries instead of refusing them, keeps its
 * constructors in a static registry, calls methods by reflection, allocates memory for a claimed
 * length before it reads the bytes, and loses the order of dictionaries.
 *
 * <p>The cost of a pickle is linear in its length: lengths are checked before memory is allocated,
 * no opcode copies the result of an earlier one, and there is no recursion.
 */
final class Unpickler {
  /** The most opcodes that are read. A checkpoint with optimiser state has far fewer. */
  static final int MAX_OPCODES = 1 << 19;

  private static final int MAX_NAME = 256;

  private static final int MARK = '(';
  private static final int STOP = '.';
  private static final int POP = '0';
  private static final int POP_MARK = '1';
  private static final int BINFLOAT = 'G';
  private static final int BININT = 'J';
  private static final int BININT1 = 'K';
  private static final int BININT2 = 'M';
  private static final int NONE = 'N';
  private static final int BINPERSID = 'Q';
  private static final int REDUCE = 'R';
  private static final int BINSTRING = 'T';
  private static final int SHORT_BINSTRING = 'U';
  private static final int BINUNICODE = 'X';
  private static final int EMPTY_LIST = ']';
  private static final int APPEND = 'a';
  private static final int BUILD = 'b';
  private static final int GLOBAL = 'c';
  private static final int APPENDS = 'e';
  private static final int BINGET = 'h';
  private static final int LONG_BINGET = 'j';
  private static final int BINPUT = 'q';
  private static final int LONG_BINPUT = 'r';
  private static final int SETITEM = 's';
  private static final int TUPLE = 't';
  private static final int SETITEMS = 'u';
  private static final int EMPTY_DICT = '}';
  private static final int EMPTY_TUPLE = ')';
  private static final int PROTO = 0x80;
  private static final int NEWOBJ = 0x81;
  private static final int TUPLE1 = 0x85;
  private static final int TUPLE2 = 0x86;
  private static final int TUPLE3 = 0x87;
  private static final int NEWTRUE = 0x88;
  private static final int NEWFALSE = 0x89;
  private static final int LONG1 = 0x8a;
  private static final int LONG4 = 0x8b;
  private static final int SHORT_BINUNICODE = 0x8c;
  private static final int BINUNICODE8 = 0x8d;
  private static final int STACK_GLOBAL = 0x93;
  private static final int MEMOIZE = 0x94;
  private static final int FRAME = 0x95;

  /** Gives the names in a pickle their meaning. */
  interface Names {
    /**
     * The object for a name.
     *
     * @throws MalformedException if it is unknown
     */
    Object global(String module, String name) throws MalformedException;

    /** The result of a call of an object from {@link #global}. */
    Object call(Object callable, List<Object> arguments) throws MalformedException;

    /** The object for a persistent id. */
    Object load(Object id) throws MalformedException;
  }

  /*
   * Lists, tuples and dictionaries are not Java collections but classes with identity. A Java
   * collection as a key of a dictionary would be hashed with all its content, which may contain the
   * collection itself.
   */

  /** A Python list. */
  static final class PyList {
    private final List<Object> items = new ArrayList<>(0);

    List<Object> items() {
      return items;
    }
  }

  /** A Python tuple. */
  static final class PyTuple {
    private final List<Object> items;

    PyTuple(List<Object> items) {
      this.items = items;
    }

    List<Object> items() {
      return items;
    }
  }

  /** A Python dictionary, or the attributes of an object, in the pickle's order. */
  static final class PyDict {
    private final Map<Object, Object> entries = new LinkedHashMap<>(0);

    Map<Object, Object> entries() {
      return entries;
    }
  }

  private final ByteBuffer in;
  private final Names names;
  private final Map<Integer, Object> memo = new HashMap<>();
  private final Deque<List<Object>> marked = new ArrayDeque<>();
  private List<Object> stack = new ArrayList<>();

  private Unpickler(ByteBuffer in, Names names) {
    this.in = in;
    this.names = names;
  }

  /**
   * Reads the pickle at the buffer's position, and moves the position to its end.
   *
   * @return {@code null}, {@link Boolean}, {@link Long}, {@link BigInteger}, {@link Double}, {@link
   *     String}, {@link PyList}, {@link PyTuple}, {@link PyDict}, or what {@code names} made
   */
  static Object read(ByteBuffer in, Names names) throws MalformedException {
    in.order(ByteOrder.LITTLE_ENDIAN);
    try {
      return new Unpickler(in, names).read();
    } catch (BufferUnderflowException e) {
      throw new MalformedException("is cut: it ends within its pickle");
    }
  }

  private Object read() throws MalformedException {
    for (int i = 0; i < MAX_OPCODES; i++) {
      int opcode = unsignedByte();
      if (opcode == STOP) {
        return pop();
      }
      step(opcode);
    }
    throw new MalformedException("has a pickle of more than %,d steps".formatted(MAX_OPCODES));
  }

  private void step(int opcode) throws MalformedException {
    switch (opcode) {
      case PROTO -> protocol(unsignedByte());
      case FRAME -> in.getLong();
      case NONE -> push(null);
      case NEWTRUE -> push(true);
      case NEWFALSE -> push(false);
      case BININT -> push((long) in.getInt());
      case BININT1 -> push((long) unsignedByte());
      case BININT2 -> push((long) Short.toUnsignedInt(in.getShort()));
      case LONG1 -> push(integer(unsignedByte()));
      case LONG4 -> push(integer(in.getInt()));
      case BINFLOAT -> push(Double.longBitsToDouble(Long.reverseBytes(in.getLong())));
      case BINUNICODE -> push(text(Integer.toUnsignedLong(in.getInt()), StandardCharsets.UTF_8));
      case SHORT_BINUNICODE -> push(text(unsignedByte(), StandardCharsets.UTF_8));
      case BINUNICODE8 -> push(text(in.getLong(), StandardCharsets.UTF_8));
      case BINSTRING -> push(text(in.getInt(), StandardCharsets.ISO_8859_1));
      case SHORT_BINSTRING -> push(text(unsignedByte(), StandardCharsets.ISO_8859_1));
      case MARK -> mark();
      case POP -> pop();
      case POP_MARK -> popToMark();
      case EMPTY_TUPLE -> push(new PyTuple(List.of()));
      case TUPLE -> push(new PyTuple(popToMark()));
      case TUPLE1 -> push(new PyTuple(popLast(1)));
      case TUPLE2 -> push(new PyTuple(popLast(2)));
      case TUPLE3 -> push(new PyTuple(popLast(3)));
      case EMPTY_LIST -> push(new PyList());
      case APPEND -> append(popLast(1));
      case APPENDS -> append(popToMark());
      case EMPTY_DICT -> push(new PyDict());
      case SETITEM -> setItems(popLast(2));
      case SETITEMS -> setItems(popToMark());
      case BINPUT -> memo.put(unsignedByte(), peek());
      case LONG_BINPUT -> memo.put(in.getInt(), peek());
      case MEMOIZE -> memo.put(memo.size(), peek());
      case BINGET -> push(remembered(unsignedByte()));
      case LONG_BINGET -> push(remembered(in.getInt()));
      case GLOBAL -> push(names.global(line(), line()));
      case STACK_GLOBAL -> stackGlobal();
      case BINPERSID -> push(names.load(pop()));
      case REDUCE, NEWOBJ -> call();
      case BUILD -> build();
      default ->
          throw malformed("has the opcode 0x%02x, which no state dict uses,".formatted(opcode));
    }
  }

  private static void protocol(int version) throws MalformedException {
    if (version < 2 || version > 5) {
      throw new MalformedException("has a pickle of the unknown protocol " + version);
    }
  }

  private Object integer(int length) throws MalformedException {
    byte[] littleEndian = bytes(length);
    byte[] bigEndian = new byte[length];
    for (int i = 0; i < length; i++) {
      bigEndian[i] = littleEndian[length - 1 - i];
    }
    BigInteger value = length == 0 ? BigInteger.ZERO : new BigInteger(bigEndian);
    if (value.bitLength() < Long.SIZE) {
      return value.longValue();
    }
    return value;
  }

  private String text(long length, Charset charset) throws MalformedException {
    return new String(bytes(length), charset);
  }

  private byte[] bytes(long length) throws MalformedException {
    if (length < 0 || length > in.remaining()) {
      throw new MalformedException("is cut: it ends within its pickle");
    }
    byte[] bytes = new byte[(int) length];
    in.get(bytes);
    return bytes;
  }

  private String line() throws MalformedException {
    byte[] bytes = new byte[MAX_NAME];
    for (int i = 0; i < MAX_NAME; i++) {
      byte next = in.get();
      if (next == '\n') {
        return new String(bytes, 0, i, StandardCharsets.UTF_8);
      }
      bytes[i] = next;
    }
    throw malformed("has a name of more than %d bytes".formatted(MAX_NAME));
  }

  private void stackGlobal() throws MalformedException {
    List<Object> name = popLast(2);
    if (!(name.get(0) instanceof String module) || !(name.get(1) instanceof String member)) {
      throw malformed("has a name that is no text");
    }
    push(names.global(module, member));
  }

  private void call() throws MalformedException {
    List<Object> call = popLast(2);
    if (!(call.get(1) instanceof PyTuple arguments)) {
      throw malformed("calls something without arguments");
    }
    push(names.call(call.get(0), arguments.items()));
  }

  private void build() throws MalformedException {
    pop();
    // Attributes hold no weights, but versions of modules and command-line arguments.
    if (!(peek() instanceof PyDict)) {
      throw malformed("gives attributes to something that has none");
    }
  }

  private void append(List<Object> items) throws MalformedException {
    if (!(peek() instanceof PyList list)) {
      throw malformed("appends to something that is no list");
    }
    list.items().addAll(items);
  }

  private void setItems(List<Object> keysAndValues) throws MalformedException {
    if (!(peek() instanceof PyDict dict) || keysAndValues.size() % 2 != 0) {
      throw malformed("sets items of something that is no dictionary");
    }
    for (int i = 0; i < keysAndValues.size(); i += 2) {
      dict.entries().put(keysAndValues.get(i), keysAndValues.get(i + 1));
    }
  }

  private Object remembered(int index) throws MalformedException {
    if (!memo.containsKey(index)) {
      throw malformed("refers to something that it has not made");
    }
    return memo.get(index);
  }

  private void mark() {
    marked.push(stack);
    stack = new ArrayList<>(0);
  }

  private List<Object> popToMark() throws MalformedException {
    if (marked.isEmpty()) {
      throw malformed("ends a group that it has not begun");
    }
    List<Object> items = stack;
    stack = marked.pop();
    return items;
  }

  private List<Object> popLast(int count) throws MalformedException {
    if (stack.size() < count) {
      throw emptyStack();
    }
    List<Object> tail = stack.subList(stack.size() - count, stack.size());
    List<Object> items = new ArrayList<>(tail);
    tail.clear();
    return items;
  }

  private void push(Object value) {
    stack.add(value);
  }

  private Object pop() throws MalformedException {
    if (stack.isEmpty()) {
      throw emptyStack();
    }
    return stack.remove(stack.size() - 1);
  }

  private Object peek() throws MalformedException {
    if (stack.isEmpty()) {
      throw emptyStack();
    }
    return stack.get(stack.size() - 1);
  }

  private int unsignedByte() {
    return Byte.toUnsignedInt(in.get());
  }

  private MalformedException emptyStack() {
    return malformed("uses something that it has not made");
  }

  private MalformedException malformed(String trouble) {
    return new MalformedException(
        "is damaged: its pickle %s at byte %,d".formatted(trouble, in.position()));
  }
}
