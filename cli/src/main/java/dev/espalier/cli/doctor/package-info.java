/**
 * Diagnosis of the installation: {@link dev.espalier.cli.doctor.Examination} collects a {@link
 * dev.espalier.cli.doctor.Diagnosis}.
 */
@NullMarked
package dev.espalier.cli.doctor;

import org.jspecify.annotations.NullMarked;
