package dev.espalier.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.Assumptions;

/**
 * The memory that this process has allocated from the operating system outside the Java heap. The
 * heap is excluded because the garbage collector grows and shrinks it on its own, by hundreds of
 * megabytes. Memory that the C library caches is released first where the JVM has a command for it:
 * glibc caches up to 64 MB in each of its arenas, and how many arenas there are depends on thread
 * timing.
 */
final class ResidentMemory {
  private static final Path MAPPINGS = Path.of("/proc/self/smaps");
  private static final Pattern MAPPING = Pattern.compile("([0-9a-f]+)-[0-9a-f]+ .*");
  private static final Pattern ANONYMOUS = Pattern.compile("Anonymous: +(\\d+) kB");
  private static final Pattern HEAP_ADDRESS = Pattern.compile("0x([0-9a-f]{16})");

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private ResidentMemory() {}

  /** Returns the resident megabytes; skips the test if the system does not report them. */
  static long megabytes() {
    Assumptions.assumeTrue(Files.isReadable(MAPPINGS), "this system has no " + MAPPINGS);
    long least = now();
    for (int i = 0; i < 4; i++) {
      pause();
      least = Math.min(least, now());
    }
    return least;
  }

  /**
   * Asserts that no more than {@code limit} megabytes were allocated and not freed since a
   * measurement. Memory is often freed late, on a busy machine after seconds: by cleaners of Java
   * objects, by threads of the engine and by the JIT compiler. Whatever remains after {@link
   * #PATIENCE} is leaked.
   */
  static void assertGrowthBelow(int limit, long before) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    long growth = megabytes() - before;
    while (growth >= limit && System.nanoTime() < deadline) {
      growth = megabytes() - before;
    }
    assertThat(growth).as("megabytes that were taken and not given back").isLessThan(limit);
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @SuppressWarnings("SystemGc") // Frees native memory owned by unreachable Java objects.
  private static long now() {
    System.gc();
    giveUpFreeMemory();
    AddressRange heap = javaHeap();
    long kilobytes = 0;
    boolean inHeap = false;
    try {
      for (String line : Files.readAllLines(MAPPINGS)) {
        Matcher mapping = MAPPING.matcher(line);
        Matcher anonymous = ANONYMOUS.matcher(line);
        if (mapping.matches()) {
          inHeap = heap.contains(Long.parseUnsignedLong(mapping.group(1), 16));
        } else if (anonymous.matches() && !inHeap) {
          kilobytes += Long.parseLong(anonymous.group(1));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return kilobytes / 1024;
  }

  /** Returns the output of a JVM diagnostic command. */
  private static String command(String name) throws JMException {
    ObjectName commands = new ObjectName("com.sun.management:type=DiagnosticCommand");
    return String.valueOf(
        ManagementFactory.getPlatformMBeanServer()
            .invoke(commands, name, new Object[0], new String[0]));
  }

  private static void giveUpFreeMemory() {
    try {
      command("systemTrimNativeHeap");
    } catch (JMException e) {
      // A JVM without the command; the result is then larger than what is in use.
      return;
    }
  }

  /** Returns the address range of the heap; empty if the JVM does not report it. */
  private static AddressRange javaHeap() {
    try {
      long[] addresses =
          HEAP_ADDRESS
              .matcher(command("gcHeapInfo"))
              .results()
              .mapToLong(address -> Long.parseUnsignedLong(address.group(1), 16))
              .sorted()
              .toArray();
      return addresses.length == 0
          ? new AddressRange(0, 0)
          : new AddressRange(addresses[0], addresses[addresses.length - 1]);
    } catch (JMException e) {
      return new AddressRange(0, 0);
    }
  }

  private record AddressRange(long begin, long end) {
    boolean contains(long address) {
      return Long.compareUnsigned(begin, address) <= 0 && Long.compareUnsigned(address, end) < 0;
    }
  }
}
