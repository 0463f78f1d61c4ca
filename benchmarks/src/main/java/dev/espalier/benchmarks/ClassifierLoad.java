package dev.espalier.benchmarks;

import dev.espalier.core.Trainer;
import dev.espalier.core.classifier.Classification;
import dev.espalier.core.classifier.Classifier;
import dev.espalier.data.Dataset;
import dev.espalier.data.Image;
import dev.espalier.engine.EngineSettings;
import dev.espalier.model.Model;
import dev.espalier.models.EfficientNet;
import dev.espalier.training.Verbosity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Lets many threads ask one classifier for minutes: images per second beside the best loop over
 * fixed batches, latency, answers that differ from those of one thread, and memory. EfficientNet-B0
 * with random weights.
 */
public final class ClassifierLoad {
  private static final int CLASSES = 100;
  private static final int IMAGES = 64;
  private static final float SAME = 1e-4f;

  private ClassifierLoad() {}

  /**
   * Runs the measurement; options: engine, threads, seconds, batch-size, sessions, engine-threads
   * (of an operation, 0 for all processors), loop (false to leave out the loop over fixed batches),
   * image-size.
   */
  public static void main(String[] arguments) throws InterruptedException {
    Map<String, String> options =
        IntStream.range(0, arguments.length / 2)
            .boxed()
            .collect(
                Collectors.toMap(
                    i -> arguments[2 * i].replaceFirst("^--", ""), i -> arguments[2 * i + 1]));
    String engine = options.getOrDefault("engine", "tensorflow");
    int threads = Integer.parseInt(options.getOrDefault("threads", "64"));
    int seconds = Integer.parseInt(options.getOrDefault("seconds", "120"));
    int batchSize = Integer.parseInt(options.getOrDefault("batch-size", "8"));
    int sessions = Integer.parseInt(options.getOrDefault("sessions", "1"));
    int engineThreads = Integer.parseInt(options.getOrDefault("engine-threads", "0"));
    List<Integer> batches =
        Boolean.parseBoolean(options.getOrDefault("loop", "true"))
            ? List.of(1, 4, 8, 16, 32)
            : List.of();
    EngineSettings computing = EngineSettings.of(e -> e.engine(engine).threads(engineThreads));
    int side = Integer.parseInt(options.getOrDefault("image-size", "224"));
    Dataset noise = NoiseImages.of(IMAGES, side, CLASSES);
    Model model;
    double best = 0;
    try (Trainer trainer =
        Trainer.of(
            EfficientNet.b0().classes(CLASSES).imageSize(side).build(),
            config -> config.engine(engine).threads(engineThreads))) {
      model = trainer.model();
      for (int batch : batches) {
        best = Math.max(best, rateOfLoop(trainer, noise, batch));
      }
    }
    List<Image> images = IntStream.range(0, IMAGES).mapToObj(i -> noise.get(i).image()).toList();
    try (Classifier classifier =
        Classifier.of(
            model, o -> o.engineSettings(computing).batchSize(batchSize).sessions(sessions))) {
      classifier.warmUp();
      List<float[]> alone =
          images.stream().map(image -> classifier.classify(image).scores()).toList();
      measure(classifier, images, alone, threads, seconds, best);
    }
  }

  private static double rateOfLoop(Trainer trainer, Dataset images, int batch) {
    double best = 0;
    for (int i = 0; i < 4; i++) {
      long start = System.nanoTime();
      trainer.predict(images, o -> o.batchSize(batch).verbosity(Verbosity.SILENT));
      best = Math.max(best, IMAGES * 1e9 / (System.nanoTime() - start));
    }
    System.out.printf(Locale.ROOT, "loop over batches of %d\t%.1f images/s%n", batch, best);
    return best;
  }

  private static void measure(
      Classifier classifier,
      List<Image> images,
      List<float[]> alone,
      int threads,
      int seconds,
      double loop)
      throws InterruptedException {
    AtomicLong different = new AtomicLong();
    AtomicInteger next = new AtomicInteger();
    List<long[]> latencies = new ArrayList<>();
    List<Thread> running = new ArrayList<>();
    long start = System.nanoTime();
    long end = start + Duration.ofSeconds(seconds).toNanos();
    for (int t = 0; t < threads; t++) {
      Thread thread =
          new Thread(
              () -> {
                long[] own = new long[1 << 16];
                int count = 0;
                while (System.nanoTime() < end && count < own.length) {
                  int number = Math.floorMod(next.getAndIncrement(), images.size());
                  long asked = System.nanoTime();
                  Classification answer = classifier.classify(images.get(number));
                  own[count++] = System.nanoTime() - asked;
                  if (!same(answer.scores(), alone.get(number))) {
                    different.incrementAndGet();
                  }
                }
                synchronized (latencies) {
                  latencies.add(Arrays.copyOf(own, count));
                }
              });
      running.add(thread);
      thread.start();
    }
    Thread.sleep(Duration.ofSeconds(seconds).toMillis() / 4);
    long early = resident();
    for (Thread thread : running) {
      thread.join();
    }
    double took = (System.nanoTime() - start) / 1e9;
    long late = resident();
    long[] all = latencies.stream().flatMapToLong(Arrays::stream).sorted().toArray();
    double rate = all.length / took;
    System.out.printf(Locale.ROOT, "%d threads, one classifier\t%.1f images/s%n", threads, rate);
    if (loop > 0) {
      System.out.printf(Locale.ROOT, "of the best loop\t%.0f %%%n", 100 * rate / loop);
    }
    System.out.printf(
        Locale.ROOT,
        "latency p50, p99, max\t%.0f, %.0f, %.0f ms%n",
        all[all.length / 2] / 1e6,
        all[(int) (all.length * 0.99)] / 1e6,
        all[all.length - 1] / 1e6);
    System.out.printf(
        "answers that differ from one thread's\t%d of %d%n", different.get(), all.length);
    System.out.printf(
        Locale.ROOT,
        "resident memory after a quarter and at the end\t%d, %d MB (%+.1f %%)%n",
        early >> 10,
        late >> 10,
        100.0 * (late - early) / early);
  }

  private static boolean same(float[] answer, float[] expected) {
    for (int i = 0; i < answer.length; i++) {
      if (Math.abs(answer[i] - expected[i]) > SAME) {
        return false;
      }
    }
    return true;
  }

  /** Returns the resident size of this process in KiB; 0 where there is no {@code /proc}. */
  private static long resident() {
    Path status = Path.of("/proc/self/status");
    if (!Files.isReadable(status)) {
      return 0;
    }
    try {
      return Files.readAllLines(status).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
