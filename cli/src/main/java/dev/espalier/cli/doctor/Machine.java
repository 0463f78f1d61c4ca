package dev.espalier.cli.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The computer and the JVM. Immutable.
 *
 * @param java version and vendor
 * @param javaHome installation folder
 * @param system operating system and architecture
 * @param processor model of the CPU, empty if unknown
 * @param vectors the vector instructions that matter for speed, such as {@code avx2}
 * @param processors number of CPUs available to this process, considering container limits
 * @param memoryMegabytes memory of the computer, 0 if unknown
 * @param heapMegabytes maximum size of the Java heap
 * @param cacheFolder where native libraries are unpacked, {@code none} without a home folder
 * @param cacheWritable whether that folder is writable
 * @param allocator whether glibc is configured for large arrays, as the launcher does; empty where
 *     that does not matter
 */
public record Machine(
    String java,
    String javaHome,
    String system,
    String processor,
    List<String> vectors,
    int processors,
    long memoryMegabytes,
    long heapMegabytes,
    String cacheFolder,
    boolean cacheWritable,
    String allocator) {
  private static final long MEGABYTE = 1 << 20;
  private static final List<String> VECTORS =
      List.of("sse4_2", "avx", "avx2", "fma", "avx512f", "avx512_vnni", "amx_tile", "asimd", "sve");

  /** Copies the list. */
  public Machine {
    vectors = List.copyOf(vectors);
  }

  /** Returns the current computer. */
  static Machine current(@Nullable Path cacheFolder, Map<String, String> environment) {
    List<String> processor = lines(Path.of("/proc/cpuinfo"));
    List<String> flags =
        List.of(
            field(processor, "flags").or(() -> field(processor, "features")).orElse("").split(" "));
    long memory =
        field(lines(Path.of("/proc/meminfo")), "memtotal")
            .map(text -> Long.parseLong(text.replaceAll("\\D", "")) / 1024)
            .orElse(0L);
    return new Machine(
        Runtime.version() + ", " + System.getProperty("java.vendor"),
        System.getProperty("java.home"),
        System.getProperty("os.name") + " " + System.getProperty("os.arch"),
        field(processor, "model name").orElse(""),
        VECTORS.stream().filter(flags::contains).toList(),
        Runtime.getRuntime().availableProcessors(),
        memory,
        Runtime.getRuntime().maxMemory() / MEGABYTE,
        cacheFolder == null ? "none" : cacheFolder.toString(),
        cacheFolder != null && isWritable(cacheFolder),
        allocator(environment));
  }

  private static List<String> lines(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      // The first processor is representative.
      return lines.limit(200).toList();
    } catch (IOException | java.io.UncheckedIOException e) {
      return List.of();
    }
  }

  private static Optional<String> field(List<String> lines, String name) {
    return lines.stream()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst();
  }

  /** Checks the nearest existing folder, and creates none. */
  static boolean isWritable(Path folder) {
    Path existing = folder.toAbsolutePath();
    while (existing != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    return existing != null && Files.isDirectory(existing) && Files.isWritable(existing);
  }

  private static String allocator(Map<String, String> environment) {
    if (!Files.exists(Path.of("/lib64/ld-linux-x86-64.so.2"))) {
      return "";
    }
    boolean arenas = environment.containsKey("MALLOC_ARENA_MAX");
    boolean pages = environment.getOrDefault("GLIBC_TUNABLES", "").contains("malloc.hugetlb");
    return arenas && pages
        ? "set up for large arrays"
        : "default settings; MALLOC_ARENA_MAX=1 and GLIBC_TUNABLES=glibc.malloc.hugetlb=1 save memory";
  }
}
