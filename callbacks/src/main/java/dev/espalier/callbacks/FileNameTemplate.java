package dev.espalier.callbacks;

import dev.espalier.callback.Logs;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.FileNames;
import java.io.File;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Path of a file with fields in braces, which Keras' callbacks take: {@code
 * model-{epoch:02d}-{val_loss:.3f}.safetensors}. A field is {@code epoch} or {@code batch}, counted
 * from 1, or a value of the logs, optionally with a number format of Python; two braces stand for
 * one. Immutable.
 *
 * @param text as given
 * @param parts texts and fields in order
 */
record FileNameTemplate(String text, List<Part> parts) {
  private static final String EPOCH = "epoch";
  private static final String BATCH = "batch";
  private static final Pattern FORMAT = Pattern.compile("(0?)(\\d{0,2})(?:\\.(\\d{1,2}))?([dfe]?)");

  /** What {@link Field#format} can write, for {@link #matches}: no separator of folders. */
  private static final String NUMBER = "[-+0-9.einfa]+";

  FileNameTemplate {
    parts = List.copyOf(parts);
  }

  /** A part of the path. */
  private sealed interface Part {}

  private record Text(String text) implements Part {}

  /**
   * A number in the path.
   *
   * @param width minimum number of characters
   * @param precision number of decimal places, or null for the default
   * @param type d, f, e, or empty for the shortest text
   */
  private record Field(
      String name, boolean zeros, int width, @Nullable Integer precision, String type)
      implements Part {
    boolean whole() {
      return name.equals(EPOCH) || name.equals(BATCH);
    }

    String format(double value) {
      String digits;
      if (Double.isNaN(value) || Double.isInfinite(value)) {
        return ShortestDecimal.of(value);
      } else if (type.equals("f")) {
        digits =
            new BigDecimal(value)
                .setScale(precision == null ? 6 : precision, RoundingMode.HALF_EVEN)
                .toPlainString();
      } else if (type.equals("e")) {
        int places = precision == null ? 6 : precision;
        BigDecimal rounded =
            new BigDecimal(value).round(new MathContext(places + 1, RoundingMode.HALF_EVEN));
        digits = String.format(Locale.ROOT, "%." + places + "e", rounded);
      } else if (whole()) {
        digits = Long.toString((long) value);
      } else {
        digits = ShortestDecimal.of(value);
      }
      String sign = digits.startsWith("-") ? "-" : "";
      String rest = digits.substring(sign.length());
      int missing = Math.max(0, width - digits.length());
      return zeros ? sign + "0".repeat(missing) + rest : " ".repeat(missing) + digits;
    }
  }

  /** Returns a path without fields; braces in it have no meaning. */
  static FileNameTemplate literal(Path file) {
    return new FileNameTemplate(file.toString(), List.of(new Text(file.toString())));
  }

  /**
   * Returns the template that a text contains.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_TRAINING_SETTING} if a brace or a format is
   *     wrong
   */
  static FileNameTemplate of(String text) {
    List<Part> parts = new ArrayList<>();
    StringBuilder literal = new StringBuilder();
    int at = 0;
    while (at < text.length()) {
      char next = text.charAt(at);
      boolean twice = at + 1 < text.length() && text.charAt(at + 1) == next;
      if ((next == '{' || next == '}') && twice) {
        literal.append(next);
        at += 2;
      } else if (next == '{') {
        int end = text.indexOf('}', at);
        if (end < 0) {
          throw invalid(text, "has a { without }");
        }
        parts.add(new Text(literal.toString()));
        literal.setLength(0);
        parts.add(field(text, text.substring(at + 1, end)));
        at = end + 1;
      } else if (next == '}') {
        throw invalid(text, "has a } without {");
      } else {
        literal.append(next);
        at++;
      }
    }
    parts.add(new Text(literal.toString()));
    return new FileNameTemplate(text, parts);
  }

  private static Field field(String text, String field) {
    int colon = field.indexOf(':');
    String name = colon < 0 ? field : field.substring(0, colon);
    Matcher format = FORMAT.matcher(colon < 0 ? "" : field.substring(colon + 1));
    if (name.isBlank() || !format.matches()) {
      throw invalid(
          text, "has the field {" + field + "}, which is not a name with a number format");
    }
    String precision = format.group(3);
    Field parsed =
        new Field(
            name,
            !format.group(1).isEmpty(),
            format.group(2).isEmpty() ? 0 : Integer.parseInt(format.group(2)),
            precision == null ? null : Integer.valueOf(precision),
            format.group(4));
    boolean fits =
        switch (parsed.type()) {
          case "d" -> parsed.whole() && precision == null;
          case "" -> precision == null;
          default -> true;
        };
    if (!fits) {
      throw invalid(text, "has the field {" + field + "}, whose format does not fit " + name);
    }
    return parsed;
  }

  private static EspalierException invalid(String text, String problem) {
    return new EspalierException(
        ErrorCode.INVALID_TRAINING_SETTING,
        "The file name \"" + text + "\" " + problem + ".",
        "Write fields like {epoch:02d} or {val_loss:.3f}, and {{ or }} for a brace.");
  }

  /** Returns the values of the logs that occur in the path. */
  Set<String> logNames() {
    Set<String> names = new TreeSet<>();
    for (Part part : parts) {
      if (part instanceof Field field && !field.whole()) {
        names.add(field.name());
      }
    }
    return names;
  }

  /** Returns whether the index of the batch occurs in the path. */
  boolean hasBatch() {
    return has(BATCH);
  }

  /** Returns whether two models can have different paths. */
  boolean varies() {
    return parts.stream().anyMatch(Field.class::isInstance);
  }

  private boolean has(String name) {
    return parts.stream()
        .anyMatch(part -> part instanceof Field field && field.name().equals(name));
  }

  /**
   * Returns the path of a model, or null if the logs lack one of {@link #logNames}.
   *
   * @param epoch from 0
   * @param batch from 0, or null at the end of an epoch
   */
  @Nullable Path file(int epoch, @Nullable Integer batch, Logs logs) {
    StringBuilder path = new StringBuilder();
    for (Part part : parts) {
      if (part instanceof Text text) {
        path.append(text.text());
      } else if (part instanceof Field field) {
        Double value = value(field.name(), epoch, batch, logs);
        if (value == null) {
          return null;
        }
        path.append(field.format(value));
      }
    }
    return FileNames.path(path.toString());
  }

  private static @Nullable Double value(
      String name, int epoch, @Nullable Integer batch, Logs logs) {
    return switch (name) {
      case EPOCH -> epoch + 1.0;
      case BATCH -> batch == null ? null : Double.valueOf(batch + 1.0);
      default -> logs.get(name);
    };
  }

  /** Returns whether a path may come from this template. */
  boolean matches(String path) {
    StringBuilder pattern = new StringBuilder();
    for (Part part : parts) {
      pattern.append(part instanceof Text text ? Pattern.quote(text.text()) : " *" + NUMBER);
    }
    return Pattern.matches(pattern.toString(), path);
  }

  /** Returns the innermost folder that all paths have in common. */
  Path folder() {
    String common = parts.get(0) instanceof Text first ? first.text() : "";
    int end = Math.max(common.lastIndexOf('/'), common.lastIndexOf(File.separatorChar));
    return FileNames.path(common.substring(0, end + 1)).toAbsolutePath();
  }

  @Override
  public String toString() {
    return text;
  }
}
