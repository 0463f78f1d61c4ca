package dev.espalier.benchmarks;

import com.sun.management.ThreadMXBean;
import dev.espalier.core.ModelFile;
import dev.espalier.core.PluginRegistry;
import dev.espalier.engine.Device;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineSettings;
import dev.espalier.engine.Session;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Variable;
import dev.espalier.model.Model;
import dev.espalier.model.WeightNames;
import dev.espalier.model.Weights;
import dev.espalier.plugin.ModelProvider;
import dev.espalier.plugin.ModelRequest;
import dev.espalier.random.RandomKey;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;

/**
 * Measures how long it takes to load the weights of EfficientNet-B7, 66 million values, beside the
 * time of reading the file, and what is allocated on the heap. Arguments: a folder for the files,
 * which are kept, and the name of another model if it is not to be B7.
 */
public final class WeightLoading {
  private static final int CHUNK = 1 << 16;
  private static final int ROUNDS = 9;
  private static final int WARM_UP_ROUNDS = 4;
  private static final double MEGABYTE = 1e6;
  private static final String READING = "reading the file into an array";

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** What a load took. */
  private record Cost(double seconds, double megabytes) {}

  private WeightLoading() {}

  /** Runs the measurement. */
  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createDirectories(Path.of(arguments[0]));
    PluginRegistry registry = PluginRegistry.discover();
    ModelProvider provider =
        registry.model(arguments.length > 1 ? arguments[1] : "efficientnet-b7");
    Path timm = folder.resolve("tf_" + provider.name().replace('-', '_') + ".safetensors");
    Path ours = folder.resolve(provider.name() + ".safetensors");
    if (!Files.exists(ours)) {
      write(provider, timm, ours);
    }
    Map<String, Callable<?>> ways = new LinkedHashMap<>();
    ways.put(READING, () -> Files.readAllBytes(timm));
    ways.put(
        "reading the file into an array, every value read once",
        () ->
            sample(
                Weights.of(
                    Map.of(
                        "all",
                        HostArray.view(
                            Shape.of((int) (Files.size(timm) / Float.BYTES)),
                            ByteBuffer.wrap(Files.readAllBytes(timm))
                                .order(ByteOrder.LITTLE_ENDIAN)
                                .asFloatBuffer())))));
    ways.put("weights, not yet used", () -> registry.readWeights(timm));
    ways.put("weights, every value read once", () -> sample(registry.readWeights(timm)));
    ways.put("a model with these weights", () -> load(provider, registry, timm));
    ways.put("the same model without weights", () -> provider.create(ModelRequest.defaults()));
    ways.put("a model file, checksum compared", () -> ModelFile.read(ours, registry));
    Map<String, List<Cost>> costs = new LinkedHashMap<>();
    try (Engine engine = registry.openEngine(EngineSettings.of(o -> o.engine("pytorch")))) {
      ways.put(
          "a model with these weights, in the memory of PyTorch",
          () -> {
            Model model = load(provider, registry, timm);
            try (Session session = engine.openSession(Device.cpu())) {
              session.write(values(model));
            }
            return model;
          });
      measure(ways, costs);
    }
    System.out.printf(Locale.ROOT, "file\t%.0f MB%n", Files.size(timm) / MEGABYTE);
    double reading = median(Objects.requireNonNull(costs.get(READING)));
    costs.forEach((way, several) -> print(way, several, reading));
  }

  /** Returns a model all of whose values have been read from a file. */
  private static Model load(ModelProvider provider, PluginRegistry registry, Path file) {
    Model model = provider.create(ModelRequest.defaults().withWeights(registry.readWeights(file)));
    for (HostArray array : model.weights().asMap().values()) {
      if (array.dataType() == DataType.FLOAT32 && array.floats().isDirect()) {
        sample(array); // Still in the file.
      }
    }
    return model;
  }

  private static Map<Variable, HostArray> values(Model model) {
    Weights weights = model.weights();
    Map<Variable, HostArray> values = new LinkedHashMap<>();
    model.variables().forEach(v -> values.put(v, weights.get(v.name())));
    return values;
  }

  private static void measure(Map<String, Callable<?>> ways, Map<String, List<Cost>> costs)
      throws Exception {
    for (int round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
      for (Map.Entry<String, Callable<?>> way : ways.entrySet()) {
        Cost cost = cost(way.getValue());
        if (round >= WARM_UP_ROUNDS) {
          costs.computeIfAbsent(way.getKey(), key -> new ArrayList<>()).add(cost);
        }
      }
    }
  }

  private static double median(List<Cost> costs) {
    return costs.stream().mapToDouble(Cost::seconds).sorted().toArray()[ROUNDS / 2];
  }

  private static void print(String way, List<Cost> costs, double reading) {
    double seconds = median(costs);
    System.out.printf(
        Locale.ROOT,
        "%s\t%.0f ms\t%.2f times the reading\t%.0f MB%n",
        way,
        seconds * 1000,
        seconds / reading,
        costs.get(0).megabytes());
  }

  private static Cost cost(Callable<?> way) throws Exception {
    System.gc(); // What the last way left is not this one's.
    long before = allocated();
    long start = System.nanoTime();
    Object result = way.call();
    double seconds = (System.nanoTime() - start) / 1e9;
    if (result == null) {
      throw new IllegalStateException("nothing was loaded");
    }
    return new Cost(seconds, (allocated() - before) / MEGABYTE);
  }

  /** Returns the bytes that all threads have allocated on the heap. */
  private static long allocated() {
    return Arrays.stream(THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds()))
        .filter(bytes -> bytes > 0)
        .sum();
  }

  private static void write(ModelProvider provider, Path timm, Path ours) throws IOException {
    Model model = provider.create(ModelRequest.defaults());
    Map<String, HostArray> values = new LinkedHashMap<>();
    for (Variable variable : model.variables()) {
      values.put(
          variable.name(),
          variable
              .initializer()
              .create(
                  variable.type().dataType(),
                  variable.shape(),
                  RandomKey.ofSeed(1).with(variable.name()).stream()));
    }
    WeightNames names = Objects.requireNonNull(provider.weightNames().get("timm"));
    Model filled = model.withWeights(Weights.of(values));
    ModelFile.saveWeights(timm, names.export(filled));
    removeChecksum(timm);
    ModelFile.save(ours, filled);
  }

  /** Files of timm have none. */
  private static void removeChecksum(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer start = ByteBuffer.allocate(1 << 12);
      channel.read(start, 0);
      String header = new String(start.array(), StandardCharsets.ISO_8859_1);
      int from = header.indexOf("\"__metadata__\"");
      int to = header.indexOf('}', from) + 2; // with the comma
      ByteBuffer blank = ByteBuffer.wrap(" ".repeat(to - from).getBytes(StandardCharsets.US_ASCII));
      channel.write(blank, from);
    }
  }

  private static double sample(Weights weights) {
    double sum = 0;
    for (HostArray array : weights.asMap().values()) {
      if (array.dataType() == DataType.FLOAT32) {
        sum += sample(array);
      }
    }
    return sum;
  }

  /** Reads every value; one of each chunk is used. */
  private static double sample(HostArray array) {
    double sum = 0;
    float[] chunk = new float[Math.min(CHUNK, array.elementCount())];
    for (int from = 0; from < array.elementCount(); from += chunk.length) {
      int count = Math.min(chunk.length, array.elementCount() - from);
      array.copyTo(FloatBuffer.wrap(chunk, 0, count), from);
      sum += chunk[0];
    }
    return sum;
  }
}
