package dev.espalier.core.internal.data;

import dev.espalier.core.internal.program.ImageSize;
import dev.espalier.core.internal.program.ProgramBuilder;
import dev.espalier.data.Augmentation;
import dev.espalier.data.Dataset;
import dev.espalier.data.Image;
import dev.espalier.data.Sample;
import dev.espalier.data.Target;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.model.Model;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads, checks and augments single samples. Thread-safe if the data set and the augmentations are.
 *
 * @param labelCount number of classes of the model; 0 to accept labels unchecked
 * @param seed of the augmentations' random numbers
 */
public record SampleReader(
    Dataset dataset, List<Augmentation> augmentations, int labelCount, long seed) {
  /** Copies the list. */
  public SampleReader {
    augmentations = List.copyOf(augmentations);
  }

  /**
   * Returns a sample as used in an epoch.
   *
   * @throws EspalierException naming the sample, for any failure
   */
  public Sample read(int index, long epoch) {
    try {
      Sample sample = dataset.get(index);
      checkLabels(index, sample.labels());
      Image image =
          new AugmentationSequence(augmentations, seed).apply(sample.image(), index, epoch);
      return sample.withImage(image);
    } catch (EspalierException e) {
      if (e.code() == ErrorCode.LABEL_OUT_OF_RANGE) { // names the sample already
        throw e;
      }
      throw new EspalierException(
          e.code(), name(index, e.problem()) + ": " + e.problem(), e.remedy(), e);
    } catch (RuntimeException e) {
      throw new EspalierException(
          ErrorCode.INVALID_IMAGE,
          name(index) + " could not be read or augmented: " + e + ".",
          "Repair or leave out the sample, or fix the code of the data set or the"
              + " augmentation.",
          e);
    }
  }

  /** Returns the name of a sample for messages, with its file if it has one. */
  String name(int index) {
    return name(index, "");
  }

  /** Returns the same name, but without the file if {@code problem} names it already. */
  private String name(int index, String problem) {
    String number = "Sample " + index + " of \"" + dataset.name() + "\"";
    Path file = index >= 0 && index < dataset.size() ? dataset.file(index) : null;
    return file == null || problem.contains(file.toString()) ? number : number + " (" + file + ")";
  }

  /** Returns the number of classes: that of the model, or of the data if the model's is unknown. */
  int classes() {
    return labelCount > 0 ? labelCount : dataset.classNames().size();
  }

  private void checkLabels(int index, List<Integer> labels) {
    if (labels.size() != 1 && dataset.target() instanceof Target.ClassIndex) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "It has "
              + (labels.isEmpty() ? "no label" : "the labels " + labels)
              + ", but the data set does not say that it is multi-label.",
          "Give each sample one label, or have target() of the data set return Target.multiHot().");
    }
    labels.forEach(label -> checkLabel(index, label));
  }

  private void checkLabel(int index, int label) {
    if (labelCount > 0 && (label < 0 || label >= labelCount)) {
      throw new EspalierException(
          ErrorCode.LABEL_OUT_OF_RANGE,
          name(index)
              + " has the label "
              + label
              + ", but the model has "
              + labelCount
              + " classes.",
          "Labels go from 0 to "
              + (labelCount - 1)
              + "; the data set names "
              + dataset.classNames().size()
              + " classes. Build the model for as many classes as the data has.");
    }
  }

  /**
   * Returns how the images of an epoch are brought to what a model is fed: its own size if it crops
   * them, and the {@linkplain #commonSize common size} otherwise.
   */
  public ImageFitting fitting(Model model, long epoch) {
    ImageSize input = ProgramBuilder.inputSize(model);
    ImageSize common = commonSize(input, epoch);
    return new ImageFitting(
        model.inferenceSettings().resizing() == null
            ? common
            : new ImageSize(input.height(), input.width(), common.channels()),
        model.inferenceSettings());
  }

  /**
   * Returns the size of the images to feed. If the sampled images all have the same size, they are
   * fed unchanged; otherwise they are resized on the host to the size that the model takes. Only a
   * few samples, spread evenly, are checked, because reading all could take long.
   */
  public ImageSize commonSize(ImageSize modelSize, long epoch) {
    int count = dataset.size();
    int looks = Math.min(count, 8);
    ImageSize common = null;
    for (int i = 0; i < looks; i++) {
      int index = looks == 1 ? 0 : (int) ((long) i * (count - 1) / (looks - 1));
      ImageSize size = ImageSize.of(read(index, epoch).image());
      if (common == null) {
        common = size;
      } else if (!common.equals(size)) {
        return new ImageSize(modelSize.height(), modelSize.width(), common.channels());
      }
    }
    return common == null ? modelSize : common;
  }
}
