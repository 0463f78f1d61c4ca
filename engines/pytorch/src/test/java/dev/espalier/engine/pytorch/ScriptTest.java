package dev.espalier.engine.pytorch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.OperatorOrigin;
import dev.espalier.engine.pytorch.ScriptLine.Value;
import dev.espalier.engine.pytorch.ScriptWriter.Caller;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScriptTest {
  private final ScriptWriter torch = new ScriptWriter();
  private final Value input = torch.element(Caller.INPUTS, 0);
  private final Value variable = torch.element(Caller.VARIABLES, 0);

  /** Returns the lines of one of the functions. */
  private List<String> body(String function, Value... wanted) {
    Script script = Script.of(torch.lines(), List.of(wanted), index -> false);
    String text = script.source();
    String part = text.substring(text.indexOf("def " + function));
    return part.lines()
        .dropWhile(line -> !line.endsWith("-> List[Tensor]:"))
        .skip(1)
        .takeWhile(line -> line.startsWith("    "))
        .map(String::strip)
        .toList();
  }

  @Test
  void whatNobodyNeedsIsLeftOut() {
    torch.apply("exp", input);
    Value kept = torch.apply("log", input);
    assertThat(body("forward", kept))
        .containsExactly("v0 = inputs[0]", "v3 = torch.log(v0)", "return [v3]");
  }

  @Test
  void anArgumentIsOverwrittenWhenItIsUsedForTheLastTime() {
    Value fresh = torch.apply("exp", input);
    Value first = torch.overwriting("sigmoid", fresh);
    Value second = torch.overwriting("tanh", first);
    assertThat(body("forward", second))
        .containsExactly(
            "v0 = inputs[0]",
            "v2 = torch.exp(v0)",
            "v3 = torch.sigmoid_(v2)",
            "v4 = torch.tanh_(v3)",
            "return [v4]");
  }

  @Test
  void whatIsUsedLaterOrBelongsToTheCallerIsNotOverwritten() {
    Value ofCaller = torch.overwriting("sigmoid", input);
    Value later = torch.overwriting("tanh", ofCaller);
    Value sum = torch.overwritingEither("add", ofCaller, later);
    assertThat(body("forward", sum))
        .containsExactly(
            "v0 = inputs[0]",
            "v2 = torch.sigmoid(v0)",
            "v3 = torch.tanh(v2)",
            "v4 = torch.add_(v2, v3)",
            "return [v4]");
  }

  @Test
  void aResultIsNotOverwritten() {
    Value fresh = torch.apply("exp", input);
    Value other = torch.overwriting("sigmoid", fresh);
    assertThat(body("forward", fresh, other)).contains("v3 = torch.sigmoid(v2)");
  }

  @Test
  void aViewSharesTheMemoryOfWhatItViews() {
    Value fresh = torch.apply("exp", input);
    Value view = torch.view("permute", fresh, List.of(1, 0));
    Value overwritten = torch.overwriting("sigmoid", fresh);
    Value sum = torch.apply("add", view, overwritten);
    assertThat(body("forward", sum)).contains("v4 = torch.sigmoid(v2)");
  }

  @Test
  void twoViewsOfOneMemoryDoNotMeetWhileOneIsWritten() {
    Value fresh = torch.apply("exp", input);
    Value turned = torch.view("permute", fresh, List.of(1, 0));
    Value sum = torch.overwritingEither("add", fresh, turned);
    assertThat(body("forward", sum)).contains("v4 = torch.add(v2, v3)");
  }

  @Test
  void partsAreNotOverwritten() {
    Value fresh = torch.apply("exp", input);
    Value part = torch.part("slice", fresh, 0, 1, 2, 1);
    Value result = torch.overwriting("sigmoid", torch.view("permute", part, List.of(1, 0)));
    assertThat(body("forward", result)).contains("v5 = torch.sigmoid(v4)");
  }

  @Test
  void gradientsAreWrittenWhereTheOldOneLay() {
    Value dy = torch.apply("exp", input);
    Value gradient = torch.backward("silu_backward", dy, input);
    assertThat(body("forward", gradient))
        .contains("v3 = torch.silu_backward(v2, v0, grad_input=v2)");
  }

  @Test
  void whatDependsOnFixedVariablesAloneIsComputedOnce() {
    Value squared = torch.overwriting("mul", variable, variable);
    Value root = torch.overwriting("sqrt", squared);
    Value sum = torch.apply("add", input, root);
    assertThat(body("prepare", sum))
        .containsExactly(
            "v1 = variables[0]", "v2 = torch.mul(v1, v1)", "v3 = torch.sqrt_(v2)", "return [v3]");
    assertThat(body("forward", sum))
        .containsExactly(
            "v3 = prepared[0]", "v0 = inputs[0]", "v4 = torch.add(v0, v3)", "return [v4]");
  }

  @Test
  void whatDependsOnAnUpdatedVariableIsComputedInEachRun() {
    Value squared = torch.apply("mul", variable, variable);
    Script script = Script.of(torch.lines(), List.of(squared), index -> true);
    assertThat(script.preparesAnything()).isFalse();
  }

  @Test
  void eachLineKnowsItsLayer() {
    torch.setOrigin(new OperatorOrigin("stem", "add", false));
    Value stem = torch.apply("exp", input);
    torch.setOrigin(new OperatorOrigin("top", "add", false));
    Value top = torch.apply("log", stem);
    Script script = Script.of(torch.lines(), List.of(top), index -> false);
    List<String> lines = script.source().lines().toList();
    int number = lines.indexOf("    v3 = torch.log(v2)") + 1;
    assertThat(script.layers().get(number)).isEqualTo("top");
    assertThat(script.layers().get(number - 1)).isEqualTo("stem");
  }

  @Test
  void argumentsAreWrittenAsTorchScriptReadsThem() {
    Value result =
        torch.apply("f", input, 1, 0.5f, true, null, List.of(1, 2), Double.NEGATIVE_INFINITY);
    assertThat(body("forward", result))
        .contains("v2 = torch.f(v0, 1, 0.5, True, None, [1, 2], float(\"-inf\"))");
  }
}
