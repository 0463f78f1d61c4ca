package dev.espalier.graph;

import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Names of layers or variables in which {@code *} stands for any characters and {@code ?} for one.
 * Immutable.
 */
public final class NamePattern {
  private final Pattern regex;

  private NamePattern(Pattern regex) {
    this.regex = regex;
  }

  /**
   * Returns a pattern.
   *
   * @param text such as {@code block1*}
   */
  public static NamePattern of(String text) {
    return new NamePattern(
        Pattern.compile(
            text.chars()
                .mapToObj(
                    c ->
                        switch (c) {
                          case '*' -> ".*";
                          case '?' -> ".";
                          default -> Pattern.quote(Character.toString(c));
                        })
                .collect(Collectors.joining())));
  }

  /** Returns whether a whole name fits. */
  public boolean matches(String name) {
    return regex.matcher(name).matches();
  }
}
