/** How the learning rate changes while a model is trained. */
@NullMarked
package dev.espalier.schedule;

import org.jspecify.annotations.NullMarked;
