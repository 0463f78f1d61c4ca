package dev.espalier.core.configuration;

import dev.espalier.data.CroppedResizing;
import dev.espalier.error.EspalierException;
import dev.espalier.model.Model;
import dev.espalier.option.OptionType;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How images are to be brought to a model's input, instead of the way that the model has.
 *
 * @param resizing null to stretch them
 */
public record ResizeSetting(@Nullable CroppedResizing resizing) {
  private static final String STRETCH = "stretch";

  /** The text is {@code stretch}, or what {@link CroppedResizing#of} reads. */
  static final OptionType<ResizeSetting> TYPE =
      new OptionType.Written<>(
          "stretch, or bilinear or bicubic with the fraction of the center, such as bicubic 0.875",
          ResizeSetting::of,
          setting -> setting.resizing == null ? STRETCH : setting.resizing.toString());

  private static @Nullable ResizeSetting of(String text) {
    if (text.strip().toLowerCase(Locale.ROOT).equals(STRETCH)) {
      return new ResizeSetting(null);
    }
    try {
      return new ResizeSetting(CroppedResizing.of(text));
    } catch (EspalierException e) {
      return null; // the caller's error describes what is expected
    }
  }

  /** Returns a model that resizes images like this. */
  public Model applyTo(Model model) {
    return model.withInferenceSettings(model.inferenceSettings().withResizing(resizing));
  }
}
