package dev.espalier.datasets;

import dev.espalier.data.UnreadableFile;
import dev.espalier.datasets.image.ImageDecoder;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Finds the files that cannot be decoded by decoding all, on all processors. */
record UnreadableSearch(ImageDecoder decoder) {
  /** Returns what cannot be decoded, in the order of the files. */
  List<UnreadableFile> search(List<Path> files) {
    ExecutorService workers =
        Executors.newFixedThreadPool(
            Runtime.getRuntime().availableProcessors(),
            task -> {
              Thread thread = new Thread(task, "espalier-picture-check");
              thread.setDaemon(true);
              return thread;
            });
    try {
      List<Future<@Nullable UnreadableFile>> checks = new ArrayList<>();
      files.forEach(file -> checks.add(workers.submit(() -> check(file))));
      List<UnreadableFile> problems = new ArrayList<>();
      for (Future<@Nullable UnreadableFile> check : checks) {
        UnreadableFile problem = check.get();
        if (problem != null) {
          problems.add(problem);
        }
      }
      return List.copyOf(problems);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EspalierException(
          ErrorCode.INTERRUPTED,
          "The thread was interrupted while pictures were checked.",
          "Open the data set again.",
          e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a picture could not be checked", e.getCause());
    } finally {
      workers.shutdownNow();
    }
  }

  private @Nullable UnreadableFile check(Path file) {
    try {
      decoder.read(file);
      return null;
    } catch (EspalierException e) {
      return new UnreadableFile(file, e.problem());
    }
  }
}
