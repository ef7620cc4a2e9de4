/**
 * A network that fails as told, between the service and the stand-ins for AWS: a proxy on TCP that
 * delays, resets, cuts, loses or invents what passes, call by call. It knows no other package of
 * the house.
 */
package ai.fileprocessing.faults;
