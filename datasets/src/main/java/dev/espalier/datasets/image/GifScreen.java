package dev.espalier.datasets.image;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadata;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/**
 * The logical screen of a GIF file, of which its first image may cover only a rectangle. The rest
 * is transparent if the image has a transparent color; otherwise it has the first color of the
 * palette, as in Pillow.
 */
record GifScreen(int width, int height, int left, int top) {
  static GifScreen of(ImageReader reader) throws IOException {
    Element screen = node(reader.getStreamMetadata(), "LogicalScreenDescriptor");
    Element place = node(reader.getImageMetadata(0), "ImageDescriptor");
    int left = number(place, "imageLeftPosition");
    int top = number(place, "imageTopPosition");
    // An image that exceeds the screen extends it.
    return new GifScreen(
        Math.max(number(screen, "logicalScreenWidth"), left + reader.getWidth(0)),
        Math.max(number(screen, "logicalScreenHeight"), top + reader.getHeight(0)),
        left,
        top);
  }

  private static Element node(IIOMetadata metadata, String name) throws IOException {
    Node root = metadata.getAsTree(metadata.getNativeMetadataFormatName());
    NodeList found = ((Element) root).getElementsByTagName(name);
    if (found.getLength() == 0) {
      throw new IOException("it has no " + name);
    }
    return (Element) found.item(0);
  }

  private static int number(Element element, String attribute) {
    return Integer.parseInt(element.getAttribute(attribute));
  }

  BufferedImage show(BufferedImage image) {
    if (image.getWidth() == width && image.getHeight() == height) {
      return image;
    }
    BufferedImage whole = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
    Graphics2D graphics = whole.createGraphics();
    try {
      if (image.getColorModel() instanceof IndexColorModel palette
          && palette.getTransparentPixel() < 0) {
        graphics.setColor(new Color(palette.getRGB(0)));
        graphics.fillRect(0, 0, width, height);
      }
      graphics.drawImage(image, left, top, null);
    } finally {
      graphics.dispose();
    }
    return whole;
  }
}
