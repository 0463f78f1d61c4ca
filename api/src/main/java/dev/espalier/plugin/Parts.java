package dev.espalier.plugin;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.util.regex.Pattern;

/**
 * How configuration writes the others that a {@link Component} is made of: {@code augmentations} in
 * {@code { name = chain, augmentations = [random-flip, { name = random-rotation, factor = 0.1 }]
 * }}. Immutable.
 *
 * @param name lower case with hyphens; by custom the kind in plural. No component of the kind may
 *     have an option of this name
 * @param fewest that are needed, 0 or more
 * @param description one sentence: what is done with them
 */
public record Parts(String name, int fewest, String description) {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");

  /**
   * Checks the name.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_ARGUMENT} for a name of another form, or a
   *     negative number
   */
  public Parts {
    if (!NAME.matcher(name).matches() || name.equals("name") || fewest < 0) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "A list of nested components cannot be named \""
              + name
              + "\" with "
              + fewest
              + " of them needed.",
          "Names are lower case words with hyphens between them, but not name; the"
              + " minimum is 0 or more.");
    }
  }

  void require(String owner, int count) {
    if (count < fewest) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          "There are " + count + " " + name + " in " + owner + ".",
          "Give " + fewest + " or more: " + description);
    }
  }
}
