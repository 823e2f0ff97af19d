/* placeholder, to be deleted with the first real file */
extern int holler_group_placeholder;
