package dev.espalier.option;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;

/**
 * The text that an option was given, and where. Immutable.
 *
 * @param name of what is set; parts are separated by dots, such as {@code engines.abc.streams}
 * @param text as it was written
 * @param origin where it was written
 */
public record Setting(String name, String text, Origin origin) {
  /**
   * Returns the text as a value.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_OPTION} with the place if it does not fit
   */
  public <T> T value(OptionDescription<T> option) {
    T value = option.type().parse(text);
    if (value == null) {
      throw origin.locate(
          new EspalierException(
              ErrorCode.INVALID_OPTION,
              "The setting " + name + " is \"" + text + "\".",
              "Give " + option.type().expected() + "."));
    }
    return value;
  }

  /** Returns it for messages: {@code device = gpu:3 (espalier.conf, line 3)}. */
  @Override
  public String toString() {
    return name + " = " + text + " (" + origin + ")";
  }
}
