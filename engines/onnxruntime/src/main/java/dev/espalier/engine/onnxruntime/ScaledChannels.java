package dev.espalier.engine.onnxruntime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Opens files for one sample in which images are multiplied by a factor for each channel, such as
 * those of models with squeeze-and-excitation. ONNX Runtime optimizes them first, and computes what
 * {@link BlockedGraph} makes of the result.
 */
final class ScaledChannels {
  private ScaledChannels() {}

  /**
   * Returns a session.
   *
   * @param parent where to make a folder for temporary files, which is deleted in the end
   * @param options of the session; the level of optimization is changed
   * @throws OrtException as for any other file; not where no temporary files can be written
   */
  static OrtSession open(
      OrtEnvironment environment, byte[] file, OrtSession.SessionOptions options, Path parent)
      throws OrtException {
    try {
      Path folder = Files.createTempDirectory(parent, "espalier-onnxruntime");
      Path optimized = folder.resolve("optimized.onnx");
      Path changed = folder.resolve("changed.onnx");
      try {
        optimize(environment, file, optimized);
        BlockedGraph graph = BlockedGraph.read(optimized);
        if (graph.scaleByConvolutions() > 0) {
          graph.write(changed);
          options.setOptimizationLevel(OptLevel.NO_OPT);
          return environment.createSession(changed.toString(), options);
        }
      } finally {
        delete(optimized);
        delete(changed);
        delete(folder);
      }
    } catch (IOException | OrtException e) {
      // The file as it is computes the same, only slower, or fails for the same reason.
    }
    options.setOptimizationLevel(OptLevel.ALL_OPT);
    return environment.createSession(file, options);
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      file.toFile().deleteOnExit();
    }
  }

  /** Writes what ONNX Runtime makes of a file. */
  static void optimize(OrtEnvironment environment, byte[] file, Path target) throws OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setDeterministicCompute(true);
      options.addConfigEntry("session.disable_prepacking", "1");
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      options.setOptimizedModelFilePath(target.toString());
      environment.createSession(file, options).close();
    }
  }
}
