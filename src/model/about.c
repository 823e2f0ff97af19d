/* placeholder, to be deleted with the first real file */
extern int holler_model_placeholder;
