package dev.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class AvailabilityTest {
  private static final EngineLibrary LIBRARY =
      EngineLibrary.ofArtifact("g:a:1:linux", Path.of("a.jar"), false);

  @Test
  void whatCannotBeUsedIsAnErrorWithItsRemedy() {
    Availability missing = Availability.unusable("It is not there.", "Add g:a:1:linux.");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(missing::requireUsable)
        .withMessage("It is not there. Add g:a:1:linux. [ESP-501]");
    assertThatNoException()
        .isThrownBy(() -> Availability.usable("It is there.", "1", LIBRARY).requireUsable());
  }

  @Test
  void aWrongOptionIsAReasonToo() {
    EspalierException error = new EspalierException(ErrorCode.INVALID_OPTION, "Wrong.", "Mend it.");
    assertThat(Availability.unusable(error)).isEqualTo(Availability.unusable("Wrong.", "Mend it."));
  }

  @Test
  void aLibraryIsNamedByItsCoordinatesElseByItsPlace() {
    assertThat(LIBRARY).hasToString("g:a:1:linux");
    Path folder = Path.of("lib");
    assertThat(EngineLibrary.ofFolder(folder, true)).hasToString("lib");
  }
}
