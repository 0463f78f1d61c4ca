package dev.espalier.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.cli.doctor.Diagnosis.EffectiveSetting;
import dev.espalier.cli.doctor.Diagnosis.EngineState;
import dev.espalier.cli.doctor.Diagnosis.PluginOrigin;
import dev.espalier.cli.doctor.Diagnosis.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;

class DiagnosisTextTest {
  private static final Machine MACHINE =
      new Machine(
          "17.0.15, Example",
          "/opt/jdk",
          "Linux amd64",
          "Example 9000",
          List.of("avx2", "fma"),
          8,
          32_000,
          8_000,
          "/home/user/.cache/espalier",
          false,
          "");

  @Test
  void everythingThatIsKnownIsSaidAndNothingElse() {
    Diagnosis diagnosis =
        new Diagnosis(
            "1.2.3",
            MACHINE,
            List.of(
                new EngineState(
                    "fast",
                    true,
                    "Fast 2.0 from org.example:fast:2.0:linux.",
                    "",
                    "2.0",
                    "org.example:fast:2.0:linux",
                    "/lib/fast.jar",
                    List.of("gpu:0", "cpu"),
                    List.of("TRAINING"),
                    ""),
                new EngineState(
                    "absent",
                    false,
                    "It is not on the class path.",
                    "Add org.example:absent:2.0.",
                    null,
                    null,
                    null,
                    List.of(),
                    List.of(),
                    "")),
            List.of(new PluginOrigin("fast", "/lib/fast-plugin.jar")),
            List.of(
                new EffectiveSetting("engine", "fast", "espalier.conf, line 3"),
                new EffectiveSetting("engine-order", "", "default")),
            List.of(new Problem("Something is wrong.", "Mend it.")));
    assertThat(DiagnosisText.of(diagnosis))
        .containsExactly(
            "Espalier 1.2.3",
            "  Java          17.0.15, Example",
            "                /opt/jdk, heap up to 8000 MB",
            "  System        Linux amd64",
            "  Processor     8 usable, Example 9000",
            "                avx2 fma",
            "  Memory        32000 MB",
            "  Cache folder  /home/user/.cache/espalier (cannot be written)",
            "",
            "Engine fast",
            "  Fast 2.0 from org.example:fast:2.0:linux.",
            "  library       /lib/fast.jar",
            "  devices       gpu:0, cpu",
            "  capabilities  TRAINING",
            "",
            "Engine absent: not usable",
            "  It is not on the class path.",
            "  Add org.example:absent:2.0.",
            "",
            "Plugins",
            "  fast          /lib/fast-plugin.jar",
            "",
            "Settings",
            "  engine = fast  (espalier.conf, line 3)",
            "  engine-order = (nothing)  (default)",
            "",
            "Problems",
            "  Something is wrong.",
            "    Mend it.");
    assertThat(diagnosis.isUsable()).isTrue();
  }
}
