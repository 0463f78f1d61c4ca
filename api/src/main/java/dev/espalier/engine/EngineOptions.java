package dev.espalier.engine;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Settings of an engine. Immutable.
 *
 * @param threads processor threads for one operation, 0 for all that the machine has
 * @param extra settings that only one engine knows, by name; it refuses what it does not know
 */
public record EngineOptions(int threads, Map<String, String> extra) {
  /** Copies the map and checks the range. */
  public EngineOptions {
    if (threads < 0) {
      throw new dev.espalier.error.EspalierException(
          dev.espalier.error.ErrorCode.INVALID_OPTION,
          "An engine cannot use " + threads + " threads.",
          "Give 1 or more, or 0 for all that the machine has.");
    }
    extra = Map.copyOf(extra);
  }

  /** Returns the defaults: all threads, nothing extra. */
  public static EngineOptions defaults() {
    return new EngineOptions(0, Map.of());
  }

  /** Returns options made by a builder. */
  public static EngineOptions of(Consumer<Builder> settings) {
    Builder builder = new Builder();
    settings.accept(builder);
    return new EngineOptions(builder.threads, builder.extra);
  }

  /** Collects settings. Not thread-safe. */
  public static final class Builder {
    private int threads;
    private final Map<String, String> extra = new TreeMap<>();

    private Builder() {}

    /** Sets the processor threads for one operation, 0 for all. */
    public Builder threads(int count) {
      threads = count;
      return this;
    }

    /** Sets something that only one engine knows. */
    public Builder extra(String name, String value) {
      extra.put(name, value);
      return this;
    }
  }
}
