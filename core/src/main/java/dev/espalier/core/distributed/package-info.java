/**
 * Training on the workers of a cluster. A program uses {@link
 * dev.espalier.core.distributed.DistributedTrainer}, or the class of the cluster's module that
 * creates one; a {@link dev.espalier.core.distributed.Cluster} is what such a module implements.
 */
@Incubating
@NullMarked
package dev.espalier.core.distributed;

import dev.espalier.stability.Incubating;
import org.jspecify.annotations.NullMarked;
