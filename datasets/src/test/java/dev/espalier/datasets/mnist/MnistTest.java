package dev.espalier.datasets.mnist;

import static dev.espalier.datasets.mnist.IdxFilesForTests.gzip;
import static dev.espalier.datasets.mnist.IdxFilesForTests.idx;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.data.Dataset;
import dev.espalier.data.Image;
import dev.espalier.data.Sample;
import dev.espalier.data.Split;
import dev.espalier.datasets.files.ImagesForTests;
import dev.espalier.error.EspalierException;
import dev.espalier.testkit.data.DatasetContract;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MnistTest extends DatasetContract {
  private static final String IMAGES = "train-images-idx3-ubyte";
  private static final String LABELS = "train-labels-idx1-ubyte";

  @TempDir Path folder;

  @BeforeEach
  void writeFiles() {
    IdxFilesForTests.writeAll(folder);
  }

  @Override
  protected Dataset open() {
    return Mnist.open(folder, Split.TRAIN);
  }

  private void write(String name, byte[] bytes) {
    ImagesForTests.write(folder.resolve(name), bytes);
  }

  private void assertRefused(String message) {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(this::open)
        .withMessage(message.replace("{folder}", folder.toString()));
  }

  @Test
  void pixelsAndLabelsFollowEachOther() {
    Dataset mnist = Mnist.open(folder, Split.TEST);

    assertThat(mnist.name()).isEqualTo("mnist/test");
    assertThat(mnist.size()).isEqualTo(3);
    assertThat(mnist.get(1))
        .isEqualTo(new Sample(Image.wrap(2, 3, 1, new byte[] {6, 7, 8, 9, 10, 11}), 1));
    assertThat(mnist.classNames()).hasSize(10).startsWith("0").endsWith("9");
  }

  @Test
  void fashionHasClassesOfItsOwn() {
    Dataset fashion = FashionMnist.open(folder, Split.TRAIN);

    assertThat(fashion.name()).isEqualTo("fashion-mnist/train");
    assertThat(fashion.classNames()).hasSize(10).startsWith("T-shirt/top").endsWith("Ankle boot");
  }

  @Test
  void filesMayBePacked(@TempDir Path other) {
    ImagesForTests.write(other.resolve(IMAGES + ".gz"), gzip(idx(3, 2, 3)));
    ImagesForTests.write(other.resolve(LABELS + ".gz"), gzip(idx(3)));

    assertThat(Mnist.open(other, Split.TRAIN).get(2)).isEqualTo(open().get(2));
  }

  @Test
  void thereIsNoValidationSplit() {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> Mnist.open(folder, Split.VALIDATION))
        .withMessage(
            "MNIST is published in two splits, train and test; there is no validation"
                + " split. Validate on the test split, or split off a fraction of the train"
                + " split with Datasets.divide. [ESP-102]");
  }

  @Test
  void missingFilesAreNamed(@TempDir Path empty) {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> Mnist.open(empty, Split.TRAIN))
        .withMessage(
            "There is neither "
                + empty.resolve(IMAGES)
                + " nor train-images-idx3-ubyte.gz beside it. Give the folder with the four"
                + " files of the data set, compressed or not. [ESP-701]");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> Mnist.open(empty.resolve("none"), Split.TRAIN))
        .withMessage(
            empty.resolve("none")
                + " does not exist. Give the folder with the four files of MNIST, compressed or"
                + " not. [ESP-701]");
  }

  @Test
  void fileOfAnotherFormatIsRefused() {
    write(IMAGES, idx(18));

    assertRefused(
        "{folder}/train-images-idx3-ubyte cannot be read as an IDX file: it begins with 00 00 08 01"
            + " where 00 00 08 03 is expected. Download or copy it again. [ESP-301]");
  }

  @Test
  void fileThatIsCutShortIsRefused() {
    write(IMAGES, Arrays.copyOf(idx(3, 2, 3), 30));

    assertRefused(
        "{folder}/train-images-idx3-ubyte cannot be read as an IDX file: it does not hold the 18"
            + " bytes of [3, 2, 3] that it announces, but 14. Download or copy it again. [ESP-301]");

    write(IMAGES, new byte[5]);

    assertRefused(
        "{folder}/train-images-idx3-ubyte cannot be read as an IDX file: it ends within its first 16"
            + " bytes. Download or copy it again. [ESP-301]");
  }

  @Test
  void fileThatGoesOnIsRefused() {
    write(LABELS, Arrays.copyOf(idx(3), 30));

    assertRefused(
        "{folder}/train-labels-idx1-ubyte cannot be read as an IDX file: it does not hold the 3"
            + " bytes of [3] that it announces, but more. Download or copy it again. [ESP-301]");
  }

  @Test
  void hugeClaimTakesNoMemory() {
    write(IMAGES, idx(new byte[0], 60_000, 60_000, 60_000));

    assertRefused(
        "{folder}/train-images-idx3-ubyte cannot be read as an IDX file: it claims more than 512"
            + " MiB. Download or copy it again. [ESP-301]");

    write(IMAGES, idx(new byte[0], 1, -1, 1));

    assertRefused(
        "{folder}/train-images-idx3-ubyte cannot be read as an IDX file: it claims a length of"
            + " 4294967295. Download or copy it again. [ESP-301]");
  }

  @Test
  void picturesAndLabelsMustBeAsMany() {
    write(LABELS, idx(4));

    assertRefused(
        "{folder}/train-images-idx3-ubyte holds 3 images, and"
            + " {folder}/train-labels-idx1-ubyte 4 labels. Take both files from one copy of"
            + " MNIST. [ESP-301]");
  }

  @Test
  void labelBeyondTheClassesIsRefused() {
    write(LABELS, idx(new byte[] {0, 10, 1}, 3));

    assertRefused(
        "Label 1 (counted from 0) of {folder}/train-labels-idx1-ubyte is 10, but labels go from 0 to"
            + " 9. The file is damaged or of another data set: download or copy MNIST again."
            + " [ESP-303]");
  }

  @Test
  void filesWithoutPicturesAreRefused() {
    write(IMAGES, idx(0, 28, 28));
    write(LABELS, idx(0));

    assertRefused(
        "{folder}/train-images-idx3-ubyte holds no images. Download or copy MNIST"
            + " again. [ESP-302]");
  }
}
