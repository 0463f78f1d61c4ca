package dev.espalier.testkit.data;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.data.Augmentation;
import dev.espalier.data.BatchAugmentation;
import dev.espalier.data.Image;
import dev.espalier.data.ImageBatch;
import dev.espalier.data.SoftLabels;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The contracts notice when a promise is broken. */
class AugmentationContractTest {
  private static AugmentationContract contract(Augmentation augmentation) {
    return new AugmentationContract() {
      @Override
      protected Augmentation augmentation() {
        return augmentation;
      }

      @Override
      protected List<Augmentation> withoutEffect() {
        return List.of(augmentation);
      }
    };
  }

  private static BatchAugmentationContract batchContract(BatchAugmentation augmentation) {
    return new BatchAugmentationContract() {
      @Override
      protected BatchAugmentation augmentation() {
        return augmentation;
      }
    };
  }

  private static Image inverted(Image image, int height, int width, int channels) {
    byte[] bytes = new byte[height * width * channels];
    bytes[0] = (byte) (255 - image.at(0, 0, 0));
    return Image.wrap(height, width, channels, bytes);
  }

  /** Returns labels that are each of the class after the one they were of. */
  private static SoftLabels next(SoftLabels labels) {
    int[] next = new int[labels.size()];
    for (int sample = 0; sample < next.length; sample++) {
      while (labels.share(sample, next[sample]) < 1) {
        next[sample]++;
      }
      next[sample] = (next[sample] + 1) % labels.classes();
    }
    return SoftLabels.of(next, labels.classes());
  }

  @Test
  void whatKeepsItsPromisesPasses() {
    AugmentationContract none = contract((image, random) -> image);

    assertThatCode(none::sameRandomNumbersGiveTheSameImage).doesNotThrowAnyException();
    assertThatCode(none::threadsDoNotDisturbEachOther).doesNotThrowAnyException();
    assertThatCode(none::theImageGivenIsLeftAlone).doesNotThrowAnyException();
    assertThatCode(none::channelsAreKept).doesNotThrowAnyException();
    assertThatCode(none::sizeIsKeptOrTheSameForAll).doesNotThrowAnyException();
    assertThatCode(none::atZeroStrengthImagesStayAsTheyAre).doesNotThrowAnyException();
  }

  @Test
  void stateIsNoticed() {
    AtomicInteger count = new AtomicInteger();
    AugmentationContract counting =
        contract(
            (image, random) ->
                count.incrementAndGet() % 3 == 0
                    ? image
                    : inverted(image, image.height(), image.width(), image.channels()));

    assertThatThrownBy(counting::sameRandomNumbersGiveTheSameImage)
        .isInstanceOf(AssertionError.class);
    assertThatThrownBy(counting::atZeroStrengthImagesStayAsTheyAre)
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void otherSizesAndChannelsAreNoticed() {
    AugmentationContract larger =
        contract((image, random) -> inverted(image, image.height() + 1, image.width(), 1));

    assertThatThrownBy(larger::sizeIsKeptOrTheSameForAll).isInstanceOf(AssertionError.class);
    assertThatThrownBy(larger::channelsAreKept).isInstanceOf(AssertionError.class);
  }

  @Test
  void batchesThatLoseImagesOrChangeAloneAreNoticed() {
    BatchAugmentationContract losing =
        batchContract(
            (batch, random) ->
                new ImageBatch(batch.images().subList(0, 1), SoftLabels.of(new int[] {0}, 3)));

    assertThatThrownBy(losing::numbersAndSizesAreKept).isInstanceOf(AssertionError.class);
    assertThatCode(losing::theBatchGivenIsLeftAlone).doesNotThrowAnyException();

    BatchAugmentationContract relabelling =
        batchContract((batch, random) -> new ImageBatch(batch.images(), next(batch.labels())));

    assertThatThrownBy(relabelling::aBatchOfOneImageStaysAsItIs).isInstanceOf(AssertionError.class);
    assertThatCode(relabelling::sharesOfClassesAddUpToOne).doesNotThrowAnyException();
  }
}
