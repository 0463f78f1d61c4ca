package dev.espalier.core.internal.classifier;

import dev.espalier.data.Image;
import dev.espalier.data.ImageReader;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Looks for what decodes images only when the first is read. Thread-safe. */
public final class PluginImageReader implements ImageReader {
  private final Supplier<ImageReader> search;
  private volatile @Nullable ImageReader found;

  /** Creates a reader that calls {@code search} once. */
  public PluginImageReader(Supplier<ImageReader> search) {
    this.search = search;
  }

  private ImageReader reader() {
    ImageReader known = found;
    if (known == null) {
      known = search.get();
      found = known;
    }
    return known;
  }

  @Override
  public Image read(Path file) {
    return reader().read(file);
  }

  @Override
  public Image decode(byte[] bytes, String origin) {
    return reader().decode(bytes, origin);
  }
}
