package dev.espalier.option;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;

/**
 * The text of an option and where it was set. Immutable.
 *
 * @param name name of the option, with dots between its sections, such as {@code
 *     engines.abc.streams}
 * @param text text as written
 * @param origin where it was set
 */
public record Setting(String name, String text, Origin origin) {
  /**
   * Returns the text as a value.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_OPTION} with the place if it does not fit;
   *     as {@link #requireTrusted}
   */
  public <T> T value(OptionDescription<T> option) {
    requireTrusted(option);
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

  /**
   * Checks that a setting that determines what code is loaded does not come from a configuration
   * file that was found rather than named.
   *
   * @throws EspalierException {@link ErrorCode#UNTRUSTED_SETTING} with the setting and the place
   */
  public void requireTrusted(OptionDescription<?> option) {
    if (option.loadsCode() && origin.source() == Origin.Source.FOUND_FILE) {
      throw origin.locate(
          new EspalierException(
              ErrorCode.UNTRUSTED_SETTING,
              "The setting "
                  + name
                  + " decides which code is loaded, and is not taken from a file that was only found"
                  + " in the working folder.",
              "Remove it from the file, or, if you trust the file, name it: with --config, or with"
                  + " Sources.file in a program. The command line and the environment can set it,"
                  + " too."));
    }
  }

  /** Returns it for messages: {@code device = gpu:3 (espalier.conf, line 3)}. */
  @Override
  public String toString() {
    return name + " = " + text + " (" + origin + ")";
  }
}
