package dev.espalier.augment;

import static org.assertj.core.api.Assertions.assertThat;

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
import dev.espalier.augment.geometry.Interpolation;
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
import dev.espalier.testkit.data.AugmentationContract;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Every augmentation of this module keeps the promises of its type. */
class ContractsTest {
  @Nested
  class RandomFlipContract extends AugmentationContract {
    @Override
    protected Augmentation augmentation() {
      return RandomFlip.independentAxes();
    }
  }

  @Nested
  class RandomRotationContract extends AugmentationContract {
    @Override
    protected Augmentation augmentation() {
      return RandomRotation.of(0.2);
    }

    @Override
    protected List<Augmentation> withoutEffect() {
      return List.of(RandomRotation.of(0));
    }
  }

  @Nested
  class RandomTranslationContract extends AugmentationContract {
    @Override
    protected Augmentation augmentation() {
      return RandomTranslation.of(0.3, 0.3);
    }

    @Override
    protected List<Augmentation> withoutEffect() {
      return List.of(RandomTranslation.of(0, 0));
    }
  }

  @Nested
  class RandomZoomContract extends AugmentationContract {
    @Override
    protected Augmentation augmentation() {
      return RandomZoom.of(0.4);
    }

    @Override
    protected List<Augmentation> withoutEffect() {
      return List.of(RandomZoom.of(0));
    }
  }

  @Nested
  class RandomShearContract extends AugmentationContract {
    @Override
    protected Augmentation augmentation() {
      return RandomShear.of(0.3, 0.3);
    }

    @Override
    protected List<Augmentation> withoutEffect() {
      return List.of(RandomShear.of(0, 0));
    }
  }

  @Nested
  class RandomCropContract extends AugmentationContract {
    @Override
    protected Augmentation augmentation() {
      return RandomCrop.to(5, 9);
    }

    @Override
    protected boolean keepsSize() {
      return false;
    }
  }

  @Nested
  class RandomResizedCropContract extends AugmentationContract {
    @Override
    protected Augmentation augmentation() {
      return RandomResizedCrop.to(8, 6).mirroringHalf();
    }

    @Override
    protected boolean keepsSize() {
      return false;
    }
  }

  @Nested
  class CenterCropContract extends AugmentationContract {
    @Override
    protected Augmentation augmentation() {
      return CenterCrop.to(5, 9);
    }

    @Override
    protected boolean keepsSize() {
      return false;
    }
  }

  @Nested
  class ResizeContract extends AugmentationContract {
    @Override
    protected Augmentation augmentation() {
      return Resize.to(8, 11).withInterpolation(Interpolation.BICUBIC).withAntialias(true);
    }

    @Override
    protected boolean keepsSize() {
      return false;
    }
  }

  @Nested
  class ResizeWithBorderContract extends AugmentationContract {
    @Override
    protected Augmentation augmentation() {
      return Resize.to(8, 11).padding(9);
    }

    @Override
    protected boolean keepsSize() {
      return false;
    }
  }

  @Nested
  class RandomBrightnessContract extends AugmentationContract {
    @Override
    protected Augmentation augmentation() {
      return RandomBrightness.of(0.3);
    }

    @Override
    protected List<Augmentation> withoutEffect() {
      return List.of(RandomBrightness.of(0));
    }
  }

  @Nested
  class RandomContrastContract extends AugmentationContract {
    @Override
    protected Augmentation augmentation() {
      return RandomContrast.ofTensorFlow23(0.5);
    }

    @Override
    protected List<Augmentation> withoutEffect() {
      return List.of(RandomContrast.of(0));
    }
  }

  @Nested
  class RandomSaturationContract extends AugmentationContract {
    @Override
    protected Augmentation augmentation() {
      return RandomSaturation.of(0, 1);
    }

    @Override
    protected List<Augmentation> withoutEffect() {
      return List.of(RandomSaturation.of(0.5, 0.5));
    }
  }

  @Nested
  class RandomHueContract extends AugmentationContract {
    @Override
    protected Augmentation augmentation() {
      return RandomHue.of(1);
    }

    @Override
    protected List<Augmentation> withoutEffect() {
      return List.of(RandomHue.of(0));
    }
  }

  @Nested
  class ColorJitterContract extends AugmentationContract {
    @Override
    protected Augmentation augmentation() {
      return ColorJitter.of(0.4, 0.4, 0.4, 0.1);
    }

    @Override
    protected List<Augmentation> withoutEffect() {
      return List.of(ColorJitter.of(0, 0, 0, 0));
    }
  }

  @Nested
  class RandomGrayscaleContract extends AugmentationContract {
    @Override
    protected Augmentation augmentation() {
      return RandomGrayscale.of(0.5);
    }

    @Override
    protected List<Augmentation> withoutEffect() {
      return List.of(RandomGrayscale.of(0));
    }
  }

  @Nested
  class RandomColorDegenerationContract extends AugmentationContract {
    @Override
    protected Augmentation augmentation() {
      return RandomColorDegeneration.of(0.5);
    }

    @Override
    protected List<Augmentation> withoutEffect() {
      return List.of(RandomColorDegeneration.of(0));
    }
  }

  @Nested
  class RandomInvertContract extends AugmentationContract {
    @Override
    protected Augmentation augmentation() {
      return RandomInvert.of(0.5);
    }

    @Override
    protected List<Augmentation> withoutEffect() {
      return List.of(RandomInvert.of(0));
    }
  }

  @Nested
  class PosterizeContract extends AugmentationContract {
    @Override
    protected Augmentation augmentation() {
      return Posterize.between(1, 8);
    }

    @Override
    protected List<Augmentation> withoutEffect() {
      return List.of(Posterize.bits(8));
    }
  }

  @Nested
  class SolarizeContract extends AugmentationContract {
    @Override
    protected Augmentation augmentation() {
      return Solarize.of(Range.of(0, 100), Range.of(0, 255));
    }
  }

  @Nested
  class EqualizeContract extends AugmentationContract {
    @Override
    protected Augmentation augmentation() {
      return new Equalize();
    }
  }

  @Nested
  class AutoContrastContract extends AugmentationContract {
    @Override
    protected Augmentation augmentation() {
      return new AutoContrast();
    }
  }

  @Nested
  class SharpnessContract extends AugmentationContract {
    @Override
    protected Augmentation augmentation() {
      return Sharpness.of(0, 1);
    }

    @Override
    protected List<Augmentation> withoutEffect() {
      return List.of(Sharpness.of(0.5, 0.5));
    }
  }

  @Nested
  class GaussianBlurContract extends AugmentationContract {
    @Override
    protected Augmentation augmentation() {
      return GaussianBlur.of(5, 0.1, 2);
    }

    @Override
    protected List<Augmentation> withoutEffect() {
      return List.of(GaussianBlur.of(5, 1, 2).withProbability(0), GaussianBlur.of(1, 1, 2));
    }
  }

  @Nested
  class GaussianNoiseContract extends AugmentationContract {
    @Override
    protected Augmentation augmentation() {
      return GaussianNoise.of(20);
    }

    @Override
    protected List<Augmentation> withoutEffect() {
      return List.of(GaussianNoise.of(0));
    }
  }

  @Nested
  class GaussianBlurWithBlackOutsideContract extends AugmentationContract {
    @Override
    protected Augmentation augmentation() {
      return GaussianBlur.of(7, 0.1, 3).withBlackOutside();
    }
  }

  @Nested
  class RandomErasingContract extends AugmentationContract {
    @Override
    protected Augmentation augmentation() {
      return RandomErasing.of(1);
    }

    @Override
    protected List<Augmentation> withoutEffect() {
      return List.of(RandomErasing.of(0), RandomErasing.withProbability(1).withScale(0, 0));
    }
  }

  @Nested
  class CoarseDropoutContract extends AugmentationContract {
    @Override
    protected Augmentation augmentation() {
      return CoarseDropout.of(4, 0.5);
    }

    @Override
    protected List<Augmentation> withoutEffect() {
      return List.of(CoarseDropout.of(4, 0));
    }
  }

  @Nested
  class RandAugmentContract extends AugmentationContract {
    @Override
    protected Augmentation augmentation() {
      return RandAugment.of(3, 0.8);
    }

    @Override
    protected List<Augmentation> withoutEffect() {
      return List.of(RandAugment.of(0, 0.5));
    }
  }

  @Nested
  class ImageNetRandAugmentContract extends AugmentationContract {
    @Override
    protected Augmentation augmentation() {
      return ImageNetRandAugment.of(2, 28);
    }

    @Override
    protected List<Augmentation> withoutEffect() {
      return List.of(ImageNetRandAugment.of(0, 10));
    }
  }

  @Nested
  class AutoAugmentContract extends AugmentationContract {
    @Override
    protected Augmentation augmentation() {
      return AutoAugment.imagenet();
    }
  }

  @Nested
  class TrivialAugmentContract extends AugmentationContract {
    @Override
    protected Augmentation augmentation() {
      return TrivialAugment.wide();
    }
  }

  @Nested
  class AugMixContract extends AugmentationContract {
    @Override
    protected Augmentation augmentation() {
      return AugMix.standard();
    }
  }

  @Nested
  class ChainContract extends AugmentationContract {
    @Override
    protected Augmentation augmentation() {
      return Chain.of(RandomRotation.of(0.1), RandomContrast.of(0.2));
    }

    @Override
    protected List<Augmentation> withoutEffect() {
      return List.of(Chain.of());
    }
  }

  @Nested
  class RandomChoiceContract extends AugmentationContract {
    @Override
    protected Augmentation augmentation() {
      return RandomChoice.of(new Equalize(), RandomHue.of(1));
    }
  }

  @Nested
  class RandomApplyContract extends AugmentationContract {
    @Override
    protected Augmentation augmentation() {
      return RandomApply.of(0.5, new Equalize());
    }

    @Override
    protected List<Augmentation> withoutEffect() {
      return List.of(RandomApply.of(0, new Equalize()));
    }
  }

  @Test
  void noAugmentationIsWithoutAContractAndAnExample() throws Exception {
    Set<String> tested = new TreeSet<>();
    for (Class<?> contract : ContractsTest.class.getDeclaredClasses()) {
      tested.add(contract.getSimpleName());
    }
    Set<String> examples = new TreeSet<>();
    AllAugmentations.keepingSize().forEach(each -> examples.add(each.getClass().getSimpleName()));
    AllAugmentations.toSevenByNine().forEach(each -> examples.add(each.getClass().getSimpleName()));
    Path classes = Path.of(Chain.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<String> names;
    try (Stream<Path> files = Files.walk(classes)) {
      names =
          files
              .map(file -> classes.relativize(file).toString().replace('/', '.'))
              .filter(file -> file.endsWith(".class") && !file.endsWith("-info.class"))
              .map(file -> file.replace(".class", ""))
              .toList();
    }
    int found = 0;
    for (String name : names) {
      Class<?> type = Class.forName(name);
      if (Augmentation.class.isAssignableFrom(type)) {
        found++;
        assertThat(tested).contains(type.getSimpleName() + "Contract");
        assertThat(examples).contains(type.getSimpleName());
      }
    }
    assertThat(found).isEqualTo(examples.size());
  }
}
