package dev.espalier.core.internal.classifier;

import dev.espalier.graph.HostArray;
import dev.espalier.graph.Node;
import dev.espalier.graph.Op;
import dev.espalier.graph.Program;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the last operation before an output makes of its values. */
public enum ScoreKind {
  /** Probabilities of classes that exclude each other. */
  SOFTMAX,
  /** A probability of its own for each class. */
  SIGMOID,
  /** Other numbers, such as logits. */
  OTHER;

  /** Returns the kind of each output of a program, by the name of the output. */
  public static Map<String, ScoreKind> of(Program program) {
    Map<String, ScoreKind> kinds = new LinkedHashMap<>();
    for (Program.Output output : program.outputs()) {
      kinds.put(output.name(), of(program.graph().producer(output.tensor())));
    }
    return kinds;
  }

  private static ScoreKind of(@Nullable Node last) {
    if (last != null && last.op() instanceof Op.Softmax) {
      return SOFTMAX;
    }
    return last != null && last.op().equals(new Op.Unary(Op.UnaryFunction.SIGMOID))
        ? SIGMOID
        : OTHER;
  }

  /** Returns scores whose logits are divided by a temperature; see {@link #soften}. */
  public HostArray softened(HostArray scores, double temperature) {
    if (temperature == 1) {
      return scores;
    }
    float[] values = scores.toFloats();
    soften(values, temperature);
    return HostArray.wrap(scores.shape(), values);
  }

  /**
   * Divides the logits behind scores by a temperature, in place; other numbers are divided
   * themselves.
   */
  public void soften(float[] scores, double temperature) {
    if (temperature == 1) {
      return;
    }
    switch (this) {
      case SOFTMAX -> {
        double sum = 0;
        for (float score : scores) {
          sum += Math.pow(score, 1 / temperature);
        }
        for (int i = 0; i < scores.length; i++) {
          scores[i] = (float) (Math.pow(scores[i], 1 / temperature) / sum);
        }
      }
      case SIGMOID -> {
        for (int i = 0; i < scores.length; i++) {
          double yes = Math.pow(scores[i], 1 / temperature);
          double no = Math.pow(1 - (double) scores[i], 1 / temperature);
          scores[i] = (float) (yes / (yes + no));
        }
      }
      case OTHER -> {
        for (int i = 0; i < scores.length; i++) {
          scores[i] = (float) (scores[i] / temperature);
        }
      }
    }
  }
}
