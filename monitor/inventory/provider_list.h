/* SPDX-License-Identifier: Apache-2.0 */
/* TABLE of providers: PROVIDER("name", function).  The name is the first part of every place. */
PROVIDER("aws", inventory_aws)
PROVIDER("azure", inventory_azure)
PROVIDER("google", inventory_google)
PROVIDER("kubernetes", inventory_kubernetes)
PROVIDER("openstack", inventory_openstack)
#undef PROVIDER
