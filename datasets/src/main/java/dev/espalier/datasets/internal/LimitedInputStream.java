package dev.espalier.datasets.internal;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Limits the number of bytes read, so that a small malicious archive cannot exhaust the memory. */
public final class LimitedInputStream extends FilterInputStream {
  private final long limit;
  private long given;

  public LimitedInputStream(InputStream source, long limit) {
    super(source);
    this.limit = limit;
  }

  @Override
  public int read() throws IOException {
    int value = super.read();
    if (value >= 0) {
      count(1);
    }
    return value;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    int count = super.read(target, offset, length);
    if (count > 0) {
      count(count);
    }
    return count;
  }

  @Override
  public long skip(long wanted) throws IOException {
    long count = super.skip(wanted);
    count(count);
    return count;
  }

  @Override
  public boolean markSupported() {
    // Rewinding would make the count wrong.
    return false;
  }

  private void count(long bytes) throws IOException {
    given += bytes;
    if (given > limit) {
      throw new IOException("it unpacks to more than " + (limit >> 20) + " MiB");
    }
  }
}
