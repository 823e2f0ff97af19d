/* placeholder, to be deleted with the first real file */
extern int holler_mgcp_placeholder;
