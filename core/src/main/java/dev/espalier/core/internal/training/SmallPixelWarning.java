package dev.espalier.core.internal.training;

import dev.espalier.core.internal.data.Batch;
import dev.espalier.core.internal.program.Feeds;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warns if images seem to have been divided by 255 already, which models do themselves. */
final class SmallPixelWarning {
  private static final Logger log = LoggerFactory.getLogger(SmallPixelWarning.class);

  private boolean checked;

  /** Checks the first batch of images; does nothing for others. */
  void check(Batch batch) {
    if (checked || !batch.feeds().containsKey(Feeds.IMAGE)) {
      return;
    }
    checked = true;
    ByteBuffer pixels = batch.images().bytes();
    while (pixels.hasRemaining()) {
      if ((pixels.get() & 0xff) > 1) {
        return;
      }
    }
    log.warn(
        "No pixel of the first batch is above 1: were the images already divided by 255? Give"
            + " pixels from 0 to 255; models contain their own scaling.");
  }
}
