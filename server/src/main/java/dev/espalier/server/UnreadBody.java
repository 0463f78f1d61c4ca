package dev.espalier.server;

import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletRequest;
import java.io.IOException;
import java.time.Duration;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a client still sends of a request that was answered before its end, as one that is too
 * large.
 *
 * <p>A connection that is closed while bytes arrive is reset, and a client that is still sending
 * then sees a broken connection instead of the answer (RFC 9112, section 9.6). So the rest is read
 * and thrown away, for a limited time: a client must not hold a thread for as long as it likes.
 */
final class UnreadBody {
  private static final Logger log = LoggerFactory.getLogger(UnreadBody.class);

  private static final Duration LONGEST = Duration.ofSeconds(5);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
  private static final int BLOCK = 1 << 16;

  private UnreadBody() {}

  /**
   * Reads the rest of a request whose answer was sent, until its end, a pause, or the time is over.
   */
  static void discard(ServletRequest servletRequest) {
    Request request = Request.getBaseRequest(servletRequest);
    if (request == null) {
      return;
    }
    EndPoint connection = request.getHttpChannel().getEndPoint();
    long idle = connection.getIdleTimeout();
    long end = System.nanoTime() + LONGEST.toNanos();
    byte[] block = new byte[BLOCK];
    try {
      // Fails if the client asked whether to send its body (100-continue) and nobody said yes.
      ServletInputStream body = request.getInputStream();
      // A read beyond the end fails where the answer took long: Jetty takes it for a slow client.
      while (!body.isFinished() && System.nanoTime() < end) {
        connection.setIdleTimeout(LONGEST_PAUSE.toMillis());
        if (body.read(block) < 0) {
          break;
        }
      }
    } catch (IOException | RuntimeException e) {
      log.debug("{} was not read to its end", request.getRequestURI(), e);
    } finally {
      connection.setIdleTimeout(idle);
    }
  }
}
