package dev.espalier.engine.library;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class ProcessMemoryTest {
  private static final long ARRAY = 31L << 20;

  interface CLibrary extends Library {
    Pointer malloc(long size);

    void free(Pointer memory);
  }

  private final CLibrary c = Native.load("c", CLibrary.class);

  private static long resident() throws IOException {
    String line =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(each -> each.startsWith("VmRSS"))
            .findFirst()
            .orElseThrow();
    return Long.parseLong(line.replaceAll("\\D", "")) << 10;
  }

  @Test
  void freedArraysAreKept() throws IOException {
    assertThat(ProcessMemory.keepFreed(Map.of())).isTrue();
    long before = resident();
    // Nothing may be allocated behind the array, or it would be kept for that.
    Pointer array = c.malloc(ARRAY);
    array.setMemory(0, ARRAY, (byte) 1);
    c.free(array);
    assertThat(resident()).isGreaterThan(before + ARRAY / 2);
  }

  @Test
  void whatTheUserHasSetIsKept() {
    Map<String, String> tunables = Map.of("GLIBC_TUNABLES", "glibc.malloc.trim_threshold=131072");
    assertThat(ProcessMemory.keepFreed(tunables)).isFalse();
    assertThat(ProcessMemory.keepFreed(Map.of("MALLOC_MMAP_THRESHOLD_", "131072"))).isFalse();
  }
}
