package dev.espalier.core.internal.progress;

import dev.espalier.callback.Logs;
import dev.espalier.error.PrintableText;
import java.util.Locale;

/** Formats durations and values as Keras 3 does. */
final class LogLine {
  private LogLine() {}

  /** Returns {@code - accuracy: 0.0782 - loss: 4.0524}, in the order of the logs. */
  static String values(Logs logs) {
    StringBuilder line = new StringBuilder();
    logs.asMap()
        .forEach(
            (name, value) ->
                line.append(" - ")
                    .append(PrintableText.of(name))
                    .append(": ")
                    .append(value(value)));
    return line.toString();
  }

  static String value(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    }
    return String.format(Locale.ROOT, Math.abs(value) > 1e-3 ? "%.4f" : "%.4e", value);
  }

  /** Returns whole seconds, rounded half to even as in Python. */
  static String seconds(double seconds) {
    return (long) Math.rint(seconds) + "s";
  }

  static String perStep(double seconds) {
    if (seconds >= 1 || seconds == 0) {
      return (long) Math.rint(seconds) + "s/step";
    }
    if (seconds >= 1e-3) {
      return (long) Math.rint(seconds * 1e3) + "ms/step";
    }
    return (long) Math.rint(seconds * 1e6) + "us/step";
  }

  /** Returns the remaining time: {@code 7s}, {@code 2:05} or {@code 1:02:05}. */
  static String remaining(double seconds) {
    long whole = (long) seconds;
    if (seconds > 3600) {
      return String.format(Locale.ROOT, "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60);
    }
    return seconds > 60
        ? String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60)
        : whole + "s";
  }
}
