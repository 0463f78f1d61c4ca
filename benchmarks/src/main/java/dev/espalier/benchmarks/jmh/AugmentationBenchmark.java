package dev.espalier.benchmarks.jmh;

import dev.espalier.augment.color.AutoContrast;
import dev.espalier.augment.color.ColorJitter;
import dev.espalier.augment.color.Equalize;
import dev.espalier.augment.color.GaussianBlur;
import dev.espalier.augment.color.GaussianNoise;
import dev.espalier.augment.color.Posterize;
import dev.espalier.augment.color.RandomBrightness;
import dev.espalier.augment.color.RandomColorDegeneration;
import dev.espalier.augment.color.RandomContrast;
import dev.espalier.augment.color.RandomGrayscale;
import dev.espalier.augment.color.RandomHue;
import dev.espalier.augment.color.RandomInvert;
import dev.espalier.augment.color.RandomSaturation;
import dev.espalier.augment.color.Sharpness;
import dev.espalier.augment.color.Solarize;
import dev.espalier.augment.geometry.CenterCrop;
import dev.espalier.augment.geometry.CoarseDropout;
import dev.espalier.augment.geometry.RandomCrop;
import dev.espalier.augment.geometry.RandomErasing;
import dev.espalier.augment.geometry.RandomFlip;
import dev.espalier.augment.geometry.RandomResizedCrop;
import dev.espalier.augment.geometry.RandomRotation;
import dev.espalier.augment.geometry.RandomShear;
import dev.espalier.augment.geometry.RandomTranslation;
import dev.espalier.augment.geometry.RandomZoom;
import dev.espalier.augment.geometry.Resize;
import dev.espalier.augment.policy.AugMix;
import dev.espalier.augment.policy.AutoAugment;
import dev.espalier.augment.policy.Chain;
import dev.espalier.augment.policy.ImageNetRandAugment;
import dev.espalier.augment.policy.RandAugment;
import dev.espalier.augment.policy.RandomApply;
import dev.espalier.augment.policy.RandomChoice;
import dev.espalier.augment.policy.TrivialAugment;
import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import dev.espalier.random.RandomKey;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Augments a color image of 256 by 256 pixels, with other random numbers each time. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class AugmentationBenchmark {
  /** The augmentation; crops give 224 by 224 pixels. */
  public enum Kind {
    AUG_MIX(AugMix.standard()),
    AUTO_AUGMENT(AutoAugment.imagenet()),
    AUTO_CONTRAST(new AutoContrast()),
    CENTER_CROP(CenterCrop.to(224, 224)),
    CHAIN(Chain.of(RandomFlip.horizontal(), RandomBrightness.of(0.2))),
    COARSE_DROPOUT(CoarseDropout.cutout(0.5)),
    COLOR_JITTER(ColorJitter.of(0.4, 0.4, 0.4, 0.1)),
    EQUALIZE(new Equalize()),
    GAUSSIAN_BLUR(GaussianBlur.of(9, 0.1, 2)),
    GAUSSIAN_NOISE(GaussianNoise.of(0.1)),
    IMAGENET_RAND_AUGMENT(ImageNetRandAugment.of(2, 9)),
    POSTERIZE(Posterize.bits(4)),
    RAND_AUGMENT(RandAugment.standard()),
    RANDOM_APPLY(RandomApply.of(0.5, RandomFlip.horizontal())),
    RANDOM_BRIGHTNESS(RandomBrightness.of(0.2)),
    RANDOM_CHOICE(RandomChoice.of(RandomFlip.horizontal(), RandomBrightness.of(0.2))),
    RANDOM_COLOR_DEGENERATION(RandomColorDegeneration.of(0.5)),
    RANDOM_CONTRAST(RandomContrast.of(0.2)),
    RANDOM_CROP(RandomCrop.to(224, 224)),
    RANDOM_ERASING(RandomErasing.of(1)),
    RANDOM_FLIP(RandomFlip.horizontal()),
    RANDOM_GRAYSCALE(RandomGrayscale.of(1)),
    RANDOM_HUE(RandomHue.of(0.2)),
    RANDOM_INVERT(RandomInvert.of(1)),
    RANDOM_RESIZED_CROP(RandomResizedCrop.to(224, 224)),
    RANDOM_ROTATION(RandomRotation.of(0.1)),
    RANDOM_SATURATION(RandomSaturation.of(0.3, 0.7)),
    RANDOM_SHEAR(RandomShear.of(0.1, 0.1)),
    RANDOM_TRANSLATION(RandomTranslation.of(0.1, 0.1)),
    RANDOM_ZOOM(RandomZoom.of(0.2)),
    RESIZE(Resize.to(224, 224)),
    SHARPNESS(Sharpness.of(0, 1)),
    SOLARIZE(Solarize.at(128)),
    TRIVIAL_AUGMENT(TrivialAugment.wide());

    @SuppressWarnings("ImmutableEnumChecker") // Those above are immutable records.
    private final Augmentation augmentation;

    Kind(Augmentation augmentation) {
      this.augmentation = augmentation;
    }
  }

  /** The augmentation. */
  @Param public Kind kind = Kind.RANDOM_FLIP;

  private final Image image = SmoothImage.of(256, 256);
  private final RandomKey key = RandomKey.ofSeed(1);
  private long index;

  /** Augments the image. */
  @Benchmark
  public Image augment() {
    return kind.augmentation.apply(image, key.with(index++).stream());
  }
}
