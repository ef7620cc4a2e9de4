/**
 * A network that fails as told, between the service and the stand-ins for AWS: a proxy on TCP that
 * delays, resets, cuts, loses or invents what passes, call by call. Only its own tests know another
 * package of the house.
 */
package ai.fileprocessing.faults;
