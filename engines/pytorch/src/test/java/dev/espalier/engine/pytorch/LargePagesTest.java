package dev.espalier.engine.pytorch;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Library;
import com.sun.jna.Native;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class LargePagesTest {
  interface CLibrary extends Library {
    @Nullable String getenv(String name);

    int setenv(String name, String value, int overwrite);

    int unsetenv(String name);
  }

  private final CLibrary c = Native.load("c", CLibrary.class);
  private @Nullable String before;

  @BeforeEach
  void withoutWish() {
    before = c.getenv(LargePages.VARIABLE);
    c.unsetenv(LargePages.VARIABLE);
  }

  @AfterEach
  void putBack() {
    if (before == null) {
      c.unsetenv(LargePages.VARIABLE);
    } else {
      c.setenv(LargePages.VARIABLE, before, 1);
    }
  }

  @Test
  void theProcessAsksPyTorchForLargePages() {
    LargePages.use();
    assertThat(c.getenv(LargePages.VARIABLE)).isEqualTo("1");
    assertThat(System.getenv(LargePages.VARIABLE)).isNotEqualTo("1");
  }

  @Test
  void whatTheUserHasSetIsKept() {
    c.setenv(LargePages.VARIABLE, "0", 1);
    LargePages.use();
    assertThat(c.getenv(LargePages.VARIABLE)).isEqualTo("0");
  }
}
