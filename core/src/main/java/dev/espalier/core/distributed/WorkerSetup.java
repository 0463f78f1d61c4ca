package dev.espalier.core.distributed;

import dev.espalier.core.EspalierVersion;
import dev.espalier.core.ModelFile;
import dev.espalier.core.PluginRegistry;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.FailureReason;
import dev.espalier.model.Model;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a worker needs to take part in a training. Immutable.
 *
 * @param training id, which no other training has
 * @param version of Espalier on the driver
 * @param model content of a model file
 * @param plan {@link WorkerPlan} as bytes
 * @param epochsTrained by the trainer before the training
 */
@SuppressWarnings("ArrayRecordComponent")
record WorkerSetup(
    String training, String version, SharedBytes model, byte[] plan, long epochsTrained)
    implements Serializable {

  /** Returns a plan as bytes. */
  static byte[] bytes(WorkerPlan plan) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(plan);
    } catch (IOException e) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "Settings or data of the training cannot be sent to workers: " + e + ".",
          "Use only serializable objects in the lambdas that make them; create the others inside"
              + " of the lambdas.",
          e);
    }
    return bytes.toByteArray();
  }

  /** Classes of a job are known to the class loader of the thread of its task only. */
  private static final class JobInput extends ObjectInputStream {
    JobInput(InputStream content) throws IOException {
      super(content);
    }

    @Override
    protected Class<?> resolveClass(ObjectStreamClass type)
        throws IOException, ClassNotFoundException {
      try {
        return Class.forName(type.getName(), false, Thread.currentThread().getContextClassLoader());
      } catch (ClassNotFoundException e) {
        return super.resolveClass(type);
      }
    }
  }

  /** Returns the plan, on a worker. */
  WorkerPlan readPlan() {
    try (JobInput in = new JobInput(new ByteArrayInputStream(plan))) {
      return (WorkerPlan) in.readObject();
    } catch (IOException | ClassNotFoundException e) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "Settings or data of the training cannot be read: " + e + ".",
          "Workers need the same jars as the driver, also that of the class with the lambdas.",
          e);
    }
  }

  /**
   * Checks that the worker runs the version of the driver.
   *
   * @throws EspalierException {@link ErrorCode#VERSION_MISMATCH}
   */
  void requireVersion() {
    String own = EspalierVersion.current();
    if (!own.equals(version)) {
      throw new EspalierException(
          ErrorCode.VERSION_MISMATCH,
          "It runs Espalier " + own + ", the driver Espalier " + version + ".",
          "Start workers and driver with the same jars.");
    }
  }

  /** Returns the content of the file of a model. */
  static byte[] content(Model model) {
    return throughFile(
        file -> {
          ModelFile.save(file, model);
          return Files.readAllBytes(file);
        });
  }

  /** Returns the model, on a worker. */
  Model readModel(PluginRegistry registry) {
    return throughFile(
        file -> ModelFile.read(Files.write(file, model.content()), registry).model());
  }

  @FunctionalInterface
  private interface FileUse<T> {
    T with(Path file) throws IOException;
  }

  private static <T> T throughFile(FileUse<T> use) {
    try {
      Path file = Files.createTempFile("espalier-training", ".safetensors");
      try {
        return use.with(file);
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new EspalierException(
          ErrorCode.FILE_NOT_WRITABLE,
          "The model cannot be written to a temporary file: " + FailureReason.ofWriting(e) + ".",
          "Free space in the folder for temporary files, or choose another: -Djava.io.tmpdir.",
          e);
    }
  }
}
