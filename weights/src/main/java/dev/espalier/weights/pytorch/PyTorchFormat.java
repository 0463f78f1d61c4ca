package dev.espalier.weights.pytorch;

import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.model.WeightNames;
import dev.espalier.model.WeightTransfer;
import dev.espalier.model.Weights;
import dev.espalier.plugin.WeightFormat;
import dev.espalier.weights.internal.ArrayBudget;
import dev.espalier.weights.internal.WeightFile;
import dev.espalier.weights.internal.ZipDirectory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * PyTorch's files, {@code .pth} and {@code .pt}: what {@code torch.save} writes today, and what it
 * wrote before version 1.6. Immutable and thread-safe.
 *
 * <p>Arrays have PyTorch's names and layout; {@link WeightNames} turns them into those of a model.
 * Of a checkpoint of a training only the weights are taken, averaged ones if there are any, and
 * {@link #ENTRY_KEY} in the metadata says which.
 */
public final class PyTorchFormat implements WeightFormat {
  /** The key in the metadata for the part of a checkpoint that the weights are from. */
  public static final String ENTRY_KEY = "checkpoint-entry";

  private static final WeightFile.Kind KIND =
      new WeightFile.Kind(
          "PyTorch",
          "Download it again and compare its checksum, or save it again in PyTorch:"
              + " torch.save(model.state_dict(), \"weights.pth\").");

  /** How the pickle of the number 0x1950a86a20f9469cfc6c begins. */
  private static final byte[] LEGACY = {
    (byte) 0x80,
    2,
    (byte) 0x8a,
    10,
    0x6c,
    (byte) 0xfc,
    (byte) 0x9c,
    0x46,
    (byte) 0xf9,
    0x20,
    0x6a,
    (byte) 0xa8,
    0x50,
    0x19,
    '.'
  };

  private static final List<String> ENDINGS = List.of(".pth", ".pt", ".pth.tar", ".bin", ".ckpt");

  /** Tensors may share storages, but not so that a file becomes many times as large in memory. */
  private static final long LARGEST_RATIO = 4;

  private static final String PICKLE = "/data.pkl";

  /** Creates the reader. */
  public PyTorchFormat() {}

  /** Returns all arrays of a file. */
  public static Weights load(Path file) {
    return new PyTorchFormat().read(file);
  }

  @Override
  public String name() {
    return "pytorch";
  }

  @Override
  public boolean recognizes(Path file, byte[] head) {
    if (starts(head, LEGACY) || ZipDirectory.firstName(head).endsWith(PICKLE)) {
      return true;
    }
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return ENDINGS.stream().anyMatch(name::endsWith);
  }

  private static boolean starts(byte[] head, byte[] beginning) {
    return head.length >= beginning.length
        && ByteBuffer.wrap(head, 0, beginning.length).equals(ByteBuffer.wrap(beginning));
  }

  @Override
  public Weights read(Path file) {
    return WeightFile.read(file, KIND, PyTorchFormat::read);
  }

  private static Weights read(WeightFile file) {
    byte[] head = new byte[(int) Math.min(file.size(), LEGACY.length)];
    file.bytes(0, head.length).get(head);
    if (ZipDirectory.starts(head)) {
      return readZip(file);
    }
    if (starts(head, LEGACY)) {
      return readLegacy(file);
    }
    throw file.invalid(
        "there is neither a zip archive nor what torch.save wrote before PyTorch 1.6");
  }

  private static Weights readZip(WeightFile file) {
    ZipDirectory zip = ZipDirectory.read(file);
    String pickle =
        zip.names().stream()
            .filter(name -> name.endsWith(PICKLE) && name.indexOf('/') == name.lastIndexOf('/'))
            .findFirst()
            .orElse("");
    String folder = pickle.substring(0, pickle.lastIndexOf('/') + 1);
    if (pickle.isEmpty()) {
      throw file.refused(
          "is a zip archive, but not one of torch.save: it has no data.pkl",
          "Save the weights in PyTorch: torch.save(model.state_dict(), \"weights.pth\").");
    }
    if (zip.names().contains(folder + "constants.pkl")) {
      throw file.refused(
          "is a TorchScript program, not a file of weights",
          "Save its weights in PyTorch: torch.save(torch.jit.load(\""
              + file.path().getFileName()
              + "\").state_dict(), \"weights.pth\").");
    }
    ByteOrder order =
        zip.names().contains(folder + "byteorder")
                && text(zip.bytes(folder + "byteorder")).equals("big")
            ? ByteOrder.BIG_ENDIAN
            : ByteOrder.LITTLE_ENDIAN;
    ByteBuffer content = zip.bytes(pickle);
    if (content.remaining() > Unpickler.LONGEST) {
      throw file.invalid("it has " + content.remaining() + " bytes, far more than names need");
    }
    StateDict state = StateDict.find(file, new Unpickler(file, content).load());
    return weights(
        file,
        state,
        storage -> {
          ByteBuffer bytes = zip.bytes(folder + "data/" + storage.key());
          requireSize(file, storage, bytes.remaining());
          return bytes.order(order);
        });
  }

  private static Weights readLegacy(WeightFile file) {
    ByteBuffer content = file.bytes(0, Math.min(file.size(), Unpickler.LONGEST));
    Unpickler unpickler = new Unpickler(file, content);
    unpickler.load();
    if (!Long.valueOf(1001).equals(unpickler.load())) {
      throw file.invalid("the version of the format is not 1001");
    }
    boolean big =
        unpickler.load() instanceof Map<?, ?> system
            && Boolean.FALSE.equals(system.get("little_endian"));
    Object saved = unpickler.load();
    Object keys = unpickler.load();
    Map<String, Long> positions = new HashMap<>();
    long position = content.position();
    file.at("the list of storages");
    if (!(keys instanceof List<?> list)) {
      throw file.invalid("there is no list");
    }
    for (Object key : list) {
      PickledStorage storage = unpickler.storages().get(String.valueOf(key));
      if (storage == null || position > file.size() - Long.BYTES) {
        throw file.invalid("a storage is missing, or the file is truncated");
      }
      long elements = file.bytes(position, Long.BYTES).order(order(big)).getLong();
      requireSize(file, storage, elements * storage.type().bytes());
      positions.put(storage.key(), position + Long.BYTES);
      position += Long.BYTES + elements * storage.type().bytes();
    }
    return weights(
        file,
        StateDict.find(file, saved),
        storage -> {
          Long start = positions.get(storage.key());
          if (start == null) {
            throw file.invalid("its storage \"" + storage.key() + "\" is not in the file");
          }
          return file.bytes(start, storage.elements() * storage.type().bytes()).order(order(big));
        });
  }

  private static ByteOrder order(boolean big) {
    return big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
  }

  private static String text(ByteBuffer bytes) {
    return StandardCharsets.UTF_8.decode(bytes).toString();
  }

  private static void requireSize(WeightFile file, PickledStorage storage, long bytes) {
    if (storage.elements() > file.size() || bytes != storage.elements() * storage.type().bytes()) {
      throw file.invalid(
          "the storage \""
              + storage.key()
              + "\" has "
              + bytes
              + " bytes, and its tensors need "
              + storage.elements()
              + " elements of "
              + storage.type().bytes());
    }
  }

  private static Weights weights(
      WeightFile file, StateDict state, Function<PickledStorage, ByteBuffer> storages) {
    ArrayBudget budget = new ArrayBudget(file, LARGEST_RATIO * file.size());
    Map<String, ByteBuffer> opened = new HashMap<>();
    Map<String, HostArray> arrays = new LinkedHashMap<>();
    state
        .tensors()
        .forEach(
            (name, tensor) -> {
              file.at("the tensor \"" + name + "\"");
              Shape shape = budget.shape(tensor.sizes(), tensor.storage().type());
              ByteBuffer bytes =
                  opened.computeIfAbsent(
                      tensor.storage().key(), key -> storages.apply(tensor.storage()));
              file.at("the tensor \"" + name + "\"");
              arrays.put(name, tensor.read(file, shape, bytes));
            });
    Map<String, String> facts = new HashMap<>();
    facts.put(WeightTransfer.FILE_KEY, String.valueOf(file.path().getFileName()));
    if (!state.entry().isEmpty()) {
      facts.put(ENTRY_KEY, state.entry());
    }
    if (!state.architecture().isEmpty()) {
      facts.put(WeightNames.ARCHITECTURE_KEY, state.architecture());
    }
    return Weights.of(arrays).withMetadata(facts);
  }
}
