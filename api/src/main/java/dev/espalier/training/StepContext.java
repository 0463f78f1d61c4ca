package dev.espalier.training;

import dev.espalier.graph.Initializer;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.graph.Variable;
import dev.espalier.layer.Phase;
import dev.espalier.loss.SampleLosses;
import dev.espalier.model.Model;
import dev.espalier.optimizer.Optimizer;
import dev.espalier.stability.Incubating;
import java.util.List;
import java.util.Map;

/**
 * What a {@link Step} can use while it is traced. Created by the trainer, one for each program;
 * used only by the thread that traces. All values of variables are those at the start of the step;
 * assignments take effect together at its end.
 */
@Incubating
public interface StepContext {
  /** Returns the operations. */
  Ops ops();

  /** Returns the model that is trained. */
  Model model();

  /** Returns what is fed to the model, by the names of its inputs; images as float32 numbers. */
  Map<String, Tensor> inputs();

  /**
   * Returns the targets for an output: class indices, int32 {@code [batch]}, or float32 numbers.
   *
   * @param output the name of an output of the model
   * @throws dev.espalier.error.EspalierException {@code UNKNOWN_NAME} if the data has no target for
   *     it
   */
  Tensor target(String output);

  /**
   * Returns how much each sample counts, float32 {@code [batch]}: its own weight times that of its
   * class; ones where none were given.
   */
  Tensor sampleWeight();

  /** Calls the model on the inputs, in training. */
  ModelOutputs forward();

  /**
   * Calls the model on the inputs, in training, with other values for some of its variables.
   *
   * @param values each of the type of its variable; running means and variances that are updated
   *     continue from those of an earlier call in the same step
   */
  ModelOutputs forward(Map<Variable, Tensor> values);

  /**
   * Calls another model, such as a teacher, on the inputs of the one that is trained. It gets no
   * gradients, and its weights do not change; checkpoints store them.
   *
   * @param name the same in each step, different from that of other models and of layers
   * @param other takes what the trained model takes
   */
  ModelOutputs call(String name, Model other, Phase phase);

  /**
   * Returns the configured losses for outputs of the model, with the weights of outputs and
   * samples, and the losses that layers add. With several outputs, the loss of each is reported as
   * {@code NAME_loss}.
   */
  SampleLosses losses(ModelOutputs outputs);

  /**
   * Reports the configured losses and metrics. To be called once.
   *
   * @param outputs outputs to compute the metrics of
   */
  void report(ModelOutputs outputs, SampleLosses losses);

  /**
   * Reports the mean of a value over the samples of an epoch.
   *
   * @param name in the logs, which nothing else has
   * @param perSample float32 {@code [batch]}
   */
  void report(String name, Tensor perSample);

  /**
   * Returns the trainable variables that a value depends on, in the order of the model.
   *
   * @throws dev.espalier.error.EspalierException {@code INVALID_TRAINING_SETTING} if there are none
   */
  List<Variable> trainable(Tensor value);

  /**
   * Returns the gradients of the mean of losses.
   *
   * @param losses float32 {@code [batch]}
   * @param withRespectTo any tensors that the losses depend on, such as {@code
   *     ops().read(variable)}
   */
  List<Tensor> gradients(Tensor losses, List<Tensor> withRespectTo);

  /**
   * Lets the trainer's optimizer update variables, after clipping the gradients as configured.
   *
   * @param gradients one for each variable
   */
  void update(List<Variable> variables, List<Tensor> gradients);

  /**
   * Updates variables with the trainer's optimizer in the steps in which a condition holds; in
   * others, the variables and the optimizer's slots do not change.
   *
   * @param condition a boolean scalar
   * @param gradients one for each variable; they are clipped as configured
   */
  void updateWhere(Tensor condition, List<Variable> variables, List<Tensor> gradients);

  /**
   * Lets another optimizer update variables that no other one updates. Its learning rate follows
   * its own schedule; callbacks read and set that of the trainer's optimizer.
   *
   * @param name of this optimizer in the step, which its slots in checkpoints begin with
   * @param gradients one for each variable, which are not clipped
   */
  void update(String name, Optimizer optimizer, List<Variable> variables, List<Tensor> gradients);

  /** Minimizes the mean of losses with the trainer's optimizer and clipping. */
  default void minimize(Tensor losses) {
    List<Variable> variables = trainable(losses);
    List<Tensor> weights = variables.stream().map(ops()::read).toList();
    update(variables, gradients(losses, weights));
  }

  /**
   * Returns the value of a slot that persists from one step to the next, created at its first use.
   * Checkpoints store it.
   *
   * @param name not that of a layer
   */
  Tensor slot(String name, TensorType type, Initializer initializer);

  /** Assigns a new value to a slot at the end of the step. */
  void assignSlot(String name, Tensor value);
}
