package dev.espalier.benchmarks;

import dev.espalier.augment.color.ColorJitter;
import dev.espalier.augment.geometry.RandomResizedCrop;
import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import dev.espalier.datasets.image.ImageFiles;
import dev.espalier.random.RandomKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * Measures images per second that are read, decoded, cropped to 224 pixels, mirrored and jittered.
 * Arguments: a folder of images, and the number of threads. The peer is {@code
 * benchmarks/python/pipeline_speed.py}.
 */
public final class PipelineSpeed {
  private static final int PASSES = 5;
  private static final int WARM_UP_PASSES = 5;

  private PipelineSpeed() {}

  /** Runs the measurement. */
  public static void main(String[] arguments)
      throws IOException, InterruptedException, ExecutionException {
    List<Path> files;
    try (Stream<Path> listed = Files.list(Path.of(arguments[0]))) {
      files = listed.sorted().toList();
    }
    int threads = Integer.parseInt(arguments[1]);
    List<Augmentation> steps =
        List.of(RandomResizedCrop.to(224, 224).mirroringHalf(), ColorJitter.of(0.4, 0.4, 0.4, 0));
    ExecutorService workers = Executors.newFixedThreadPool(threads);
    List<Double> seconds = new ArrayList<>();
    for (int pass = 0; pass < WARM_UP_PASSES + PASSES; pass++) {
      long start = System.nanoTime();
      List<Callable<Image>> tasks = new ArrayList<>();
      for (int i = 0; i < files.size(); i++) {
        Path file = files.get(i);
        RandomKey key = RandomKey.ofSeed(pass).with(i);
        tasks.add(() -> prepared(file, steps, key));
      }
      for (Future<Image> image : workers.invokeAll(tasks)) {
        image.get();
      }
      if (pass >= WARM_UP_PASSES) {
        seconds.add((System.nanoTime() - start) / 1e9);
      }
    }
    workers.shutdown();
    System.out.printf(
        java.util.Locale.ROOT,
        "images with %d %s\t%.1f%n",
        threads,
        threads == 1 ? "worker" : "workers",
        files.size() / seconds.stream().sorted().toList().get(PASSES / 2));
  }

  private static Image prepared(Path file, List<Augmentation> steps, RandomKey key) {
    Image image = ImageFiles.read(file);
    for (int i = 0; i < steps.size(); i++) {
      image = steps.get(i).apply(image, key.with(i).stream());
    }
    return image;
  }
}
