package dev.espalier.datasets.image;

import com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.tiff.BigTIFFImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;

/**
 * The readers of each format, in the order to try them: the JDK's own, and those of TwelveMonkeys
 * for what the JDK does not read. They are listed explicitly instead of looked up in the registry,
 * so that no other library on the class path can change a pixel.
 */
final class ImageReaders {
  private static final Map<ImageFormat, List<ImageReaderSpi>> PROVIDERS = providers();

  private ImageReaders() {}

  static List<ImageReaderSpi> of(ImageFormat format) {
    return PROVIDERS.getOrDefault(format, List.of());
  }

  private static Map<ImageFormat, List<ImageReaderSpi>> providers() {
    Map<ImageFormat, List<ImageReaderSpi>> providers = new EnumMap<>(ImageFormat.class);
    for (ImageFormat format : ImageFormat.values()) {
      providers.put(
          format,
          switch (format) {
            case PNG, GIF, BMP -> ofTheJdk(format);
            // The TwelveMonkeys reader tolerates damage that the JDK's does not, such as damaged
            // profiles.
            case JPEG -> joined(ofTheJdk(format), lenientJpeg());
            case WEBP -> List.of(new WebPImageReaderSpi());
            case TIFF -> List.of(new TIFFImageReaderSpi(), new BigTIFFImageReaderSpi());
          });
    }
    return providers;
  }

  private static List<ImageReaderSpi> ofTheJdk(ImageFormat format) {
    String name = format.name().toLowerCase(Locale.ROOT);
    List<ImageReaderSpi> found = new ArrayList<>();
    Iterator<ImageReaderSpi> all =
        IIORegistry.getDefaultInstance().getServiceProviders(ImageReaderSpi.class, false);
    while (all.hasNext()) {
      ImageReaderSpi provider = all.next();
      if (provider.getClass().getModule() == ImageIO.class.getModule()
          && Arrays.asList(provider.getFormatNames()).contains(name)) {
        found.add(provider);
      }
    }
    return found;
  }

  private static List<ImageReaderSpi> lenientJpeg() {
    JPEGImageReaderSpi provider = new JPEGImageReaderSpi();
    // This does not register it; it looks up the JDK's reader, on which it builds.
    provider.onRegistration(IIORegistry.getDefaultInstance(), ImageReaderSpi.class);
    return List.of(provider);
  }

  private static List<ImageReaderSpi> joined(
      List<ImageReaderSpi> first, List<ImageReaderSpi> second) {
    List<ImageReaderSpi> all = new ArrayList<>(first);
    all.addAll(second);
    return List.copyOf(all);
  }
}
