package dev.espalier.cli;

import dev.espalier.model.Model;
import dev.espalier.training.Callback;
import dev.espalier.training.Optimizer;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A part of a training with its own choice of what learns.
 *
 * @param name one word for tables
 * @param title what it does, for people
 * @param change which layers learn; the model keeps its weights
 * @param settings the optimizer in words
 */
record Phase(
    String name,
    String title,
    UnaryOperator<Model> change,
    Optimizer optimizer,
    String settings,
    List<Callback> callbacks,
    int epochs) {}
