package dev.espalier.weights.keras;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.MemoryShortage;
import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import io.jhdf.HdfFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Reads whole models that Keras saved: {@code .keras} files, and {@code .h5} files that hold a
 * model besides its weights. The result is an ordinary model, with its weights and trainable flags:
 *
 * <pre>{@code
 * Model model = KerasModel.load(Path.of("flowers.keras"));
 * }</pre>
 *
 * <p>Functional and sequential models of the layers that Espalier has can be read, nested ones,
 * shared layers and several inputs and outputs too. Code in files is never run.
 */
public final class KerasModel {
  private static final int HEAD_BYTES = 4096;

  private KerasModel() {}

  /**
   * Returns the model of a file.
   *
   * @throws EspalierException {@link ErrorCode#FILE_NOT_READABLE}; {@link
   *     ErrorCode#INVALID_WEIGHT_FILE} for a damaged file or one without a model; {@link
   *     ErrorCode#INVALID_MODEL} listing all layers and settings that have no counterpart
   */
  public static Model load(Path file) {
    return load(file, new int[0]);
  }

  /**
   * Returns the model of a file whose inputs leave sizes open, for samples of one shape.
   *
   * @param sampleShape height, width and channels of the images, or the shape of another sample
   *     without the batch axis; used only for inputs with unknown sizes
   * @throws EspalierException as {@link #load(Path)}
   */
  public static Model load(Path file, int... sampleShape) {
    List<Integer> sample = Arrays.stream(sampleShape).boxed().toList();
    Problems problems = new Problems(file);
    try {
      return KerasArchive.isArchive(file, head(file))
          ? ofArchive(file, problems, sample)
          : ofHdf5(file, problems, sample);
    } catch (EspalierException e) {
      throw e;
    } catch (RuntimeException | StackOverflowError e) {
      throw problems.invalid("the configuration", "it makes no sense (" + e + ")", e);
    } catch (OutOfMemoryError e) {
      throw MemoryShortage.error(
          "the model in the file " + file, "download the file again, which may be damaged", e);
    }
  }

  private static Model ofArchive(Path file, Problems problems, List<Integer> sample) {
    KerasArchive.Content content = KerasArchive.content(file);
    ModelPlan plan = content.plan(problems);
    problems.throwIfUnsupported();
    Model model = new PlannedModel(problems).build(plan, sample);
    return withWeights(problems, model, plan, KerasArchive.weights(file, content, plan));
  }

  private static Model ofHdf5(Path file, Problems problems, List<Integer> sample) {
    Stored stored = Hdf5File.read(file, (hdf, nodes) -> stored(file, hdf, nodes));
    ModelPlan plan =
        new PlanReader(problems, stored.version.startsWith("2."))
            .model(KerasJson.parse(problems, "model_config", stored.configuration));
    problems.throwIfUnsupported();
    Model model = new PlannedModel(problems).build(plan, sample);
    return withWeights(problems, model, plan, KerasLegacyHdf5.load(file));
  }

  private static Model withWeights(
      Problems problems, Model model, ModelPlan plan, Weights weights) {
    try {
      Model complete = PlannedWeights.into(model, plan, weights);
      problems.warnOfLeftOut();
      return plan.trainable() ? complete : complete.freeze();
    } catch (EspalierException e) {
      throw problems.notItsWeights(e);
    }
  }

  private record Stored(String configuration, String version) {}

  private static Stored stored(Path file, HdfFile hdf, Hdf5Nodes nodes) {
    List<String> configuration = nodes.strings(hdf, "model_config");
    if (configuration == null || configuration.size() != 1) {
      throw new EspalierException(
          ErrorCode.INVALID_WEIGHT_FILE,
          "The file " + file + " holds weights, but not the model they belong to.",
          "Build the model by its name and give it this file as weights, or save the whole model"
              + " in Keras with model.save.");
    }
    List<String> version = nodes.strings(hdf, "keras_version");
    return new Stored(
        configuration.get(0), version == null || version.isEmpty() ? "" : version.get(0));
  }

  private static byte[] head(Path file) {
    try (InputStream stream = Files.newInputStream(file)) {
      return stream.readNBytes(HEAD_BYTES);
    } catch (IOException e) {
      throw Hdf5File.notReadable(file, e);
    }
  }
}
