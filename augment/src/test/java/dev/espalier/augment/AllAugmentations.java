package dev.espalier.augment;

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
import java.util.List;

/** One strong example of each augmentation of this module. */
public final class AllAugmentations {
  private AllAugmentations() {}

  /** Returns those that keep the size of images. */
  public static List<Augmentation> keepingSize() {
    return List.of(
        RandomFlip.independentAxes(),
        RandomRotation.of(0.5),
        RandomTranslation.of(1, 1),
        RandomZoom.of(0.9),
        RandomShear.of(1, 1),
        RandomBrightness.of(1),
        RandomContrast.of(1, 1),
        RandomSaturation.of(0, 1),
        RandomHue.of(1),
        ColorJitter.of(1, 1, 1, 0.5),
        RandomGrayscale.of(0.5),
        RandomColorDegeneration.of(1),
        RandomInvert.of(0.5),
        Posterize.between(1, 8),
        Solarize.of(Range.of(0, 255), Range.of(0, 255)),
        new Equalize(),
        new AutoContrast(),
        Sharpness.of(0, 1),
        GaussianBlur.of(9, 0.1, 4),
        GaussianNoise.of(100),
        RandomErasing.of(1).withScale(0, 1),
        CoarseDropout.of(5, 1),
        RandAugment.of(3, 1),
        ImageNetRandAugment.of(3, 30),
        AutoAugment.imagenet(),
        TrivialAugment.wide(),
        AugMix.standard(),
        Chain.of(RandomInvert.of(0.5), new Equalize()),
        RandomChoice.of(RandomInvert.of(0.5), new Equalize()),
        RandomApply.of(0.5, new Equalize()));
  }

  /** Returns those that bring images to 7 rows and 9 columns. */
  public static List<Augmentation> toSevenByNine() {
    return List.of(
        Resize.to(7, 9).withInterpolation(Interpolation.NEAREST),
        Resize.to(7, 9),
        Resize.to(7, 9).withAntialias(true).cropping(),
        Resize.to(7, 9).withInterpolation(Interpolation.BICUBIC).padding(3),
        Resize.to(7, 9).withInterpolation(Interpolation.AREA),
        RandomCrop.to(7, 9),
        RandomResizedCrop.to(7, 9).mirroringHalf(),
        CenterCrop.to(7, 9));
  }
}
