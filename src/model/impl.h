/* model/impl.h - what the files of model/ share and nobody else sees.
 *
 * layer: model (L2)   thread: control   I/O: none
 *
 * A command stages: it changes the objects in place and writes an undo record for each
 * change (stage.c). model_commit() compiles the contexts marked dirty into plans
 * (island.c, compile.c, fan.c), and once nothing can fail any more applies all
 * (commit.c). A rollback walks the records backwards.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/hctx.h"
#include "model/model.h"
#include "util/tmr.h"

enum {
	TIMER_BATCH = 64,       /* terminations released in one go */
	ISLAND_MAX = 128,       /* legs that can hear each other through contexts */
	COOKIE_SHIFT = 2,       /* termination id << 2 | stream index */
	KEY_ROOM = 1,           /* the format of the zone an island looks into */
};
#define COOKIE_ROOM (UINT64_C(1) << 63) /* cookies of rooms and their outputs */
#define TERM_ID_MAX (UINT64_C(1) << 60)

struct pool {
	struct list in_owner;
	struct model *m;
	struct owner *owner;
	struct pool_spec spec;
	struct span head, tail;  /* of spec.pattern, around the number */
	bool hex, one;           /* one: no number */
	uint32_t want;           /* endpoints that are not gone */
	bool grows;              /* more are being made */
	bool guest;              /* its rooms are those of `host`, another owner's */
	struct pool *host;       /* borrowed; NULL when that is gone */
	struct list guests, in_host; /* struct pool.in_host: one for each owner let in */
	struct list endps;       /* struct endp.in_list, by number */
	struct list free;        /* struct endp.in_free, longest free first */
};

struct owner {
	struct list in_model;
	struct model *m;
	struct owner_spec spec;
	struct list pools, zones, terms; /* pool.in_owner, endp.in_list, term.in_owner */
	struct list ctxs;                /* ctx.in_owner */
	struct map endps, names;         /* by name: endpoints, terminations */
	struct list rests;               /* port.c: numbers of ports that ended */
	struct map rest_names;
	uint32_t nterm, nendp, nzone, nctx, nrest;
	bool alive;
	struct tmr orphan;
	void *user;
};

/* A room's outputs on one worker. */
struct fan {
	struct list in_room;
	struct room *room;
	uint16_t worker;
	uint32_t n, cap;
	struct fan_out **v;      /* owned array of borrowed */
	uint32_t *dirty;         /* owned; [chunk]: epoch of the commit that changed it */
	struct plan_room *plan;  /* in force; NULL: none sent */
	struct plan_room *next;  /* being committed */
	struct list in_dirty;
};

struct fan_out {
	struct fan *fan;
	struct slot *slot;
	uint32_t pos;
};

/* A room's own output or input: a group or a listener. */
struct room_leg {
	struct map_node by_addr; /* while two lists are compared */
	struct slot_info slot;
	const struct plan_leg *plan;
	struct fan_out *out;
	struct group_spec *group; /* owned; NULL: a listener */
	struct addr to;
	bool emit, join, joined, kept;
	uint32_t ssrc;
};

struct room_group_key {           /* groups that are a zone's */
	struct map_node node;
	struct addr group;
	struct room *room;
};

struct room {
	struct list in_model;
	struct map_node by_name;
	struct model *m;
	uint64_t id;
	struct room_spec *spec;  /* owned; NULL: of a conference endpoint */
	struct addr *listener;   /* owned; spec->listener */
	struct format_list *formats; /* owned; spec->format alone */
	struct endp *endp;       /* a conference's, of the pool's owner; NULL when gone */
	uint32_t nendp;          /* a conference's: its owner's and those of guests */
	struct list ports;       /* struct term.in_room */
	struct list waiters;     /* struct term.in_wait */
	uint32_t nports, nwaiting;
	bool gone;
	struct med_room *med;    /* NULL: of a conference: its legs relay directly */
	uint16_t worker;
	struct list fans;        /* owned; struct fan.in_room, the home worker's first */
	struct list in_dirty;
	struct room_leg *legs;   /* owned; groups, then listeners */
	uint32_t nleg;
	struct room_group_key *keys; /* owned; [spec->ngroup] */
	uint64_t talker, since, pages;
};

struct topo_edge {          /* what `to` gets of `from`, a bit per stream */
	uint64_t from, to;  /* terminations */
	uint8_t cut;        /* not what it receives */
	uint8_t ext;        /* but what it sends */
};

struct topo {
	uint32_t n, next;   /* next: edges with `ext` */
	struct topo_edge v[];
};

struct undo {
	enum undo_kind {
		UNDO_TERM, UNDO_CTX, UNDO_STRMS, UNDO_TAKE, UNDO_DROP, UNDO_LEAVE,
		UNDO_MOVE, UNDO_TOPO, UNDO_HOLD,
	} kind;
	struct term *term;
	struct ctx *ctx;
	struct strm *strm;          /* STRMS: the array before */
	char *remote_text;
	bool new_text;              /* the termination has another one since */
	uint32_t version;
	uint8_t nstrm;
	struct slot_info slot;      /* TAKE, DROP */
	const struct plan_leg *plan;
	struct group_spec *group;   /* DROP: owned; to leave; NULL: no member */
	struct fan_out *out;
	struct list *at[4]; /* LEAVE: what it stood behind in its lists; TERM: what
			       its endpoint stood behind among the free */
	struct topo *topo;          /* TOPO: owned; the one before */
	const char *why;            /* HOLD */
};

/* One plan change of the commit in work. */
struct change {
	const struct plan_leg **where; /* strm's or room_leg's `plan` */
	struct slot *slot;
	uint16_t worker;
	struct plan_leg *leg;       /* owned until applied; NULL: delete */
};

struct member {
	struct slot *slot;
	const struct group_spec *group;
	bool *joined, join;
};

struct fan_log {
	struct fan *fan;
	struct fan_out *out, **where;
	bool add;
	uint32_t pos;
};

struct leg {
	struct term *term;
	struct strm *strm;
	struct room *room;          /* what it says goes there */
	uint64_t room_port, out_port; /* ports it speaks and hears through; 0: none */
	struct room *out_room;      /* it hears */
	uint32_t nsrc;
	uint64_t to[ISLAND_MAX / 64]; /* legs that hear it */
	bool loop, twice;
};

struct island {
	uint32_t n, nctx;
	struct leg leg[ISLAND_MAX];
	struct ctx *ctx[ISLAND_MAX];
	uint32_t nkey;
	const struct format *key[PLAN_KEYS];
};

struct vec {                        /* a growing array */
	void *p;
	uint32_t n, cap;
};

struct model {
	const struct media_ops *media;
	void *media_arg;
	struct {
		const struct model_ops *ops;
		void *arg;
	} obs[PROTO_N];
	struct list owners, ctxs, rooms, dirty, dirty_fans, dirty_rooms, ending;
	struct list ended_rooms;        /* room.in_model: gone, last port ended */
	struct map terms, ctx_ids, zones, groups, sets;
	struct tmr_heap timers;
	uint64_t next_term, next_room;
	uint32_t next_ctx, epoch, mark;
	struct vec undo, change, fan_log, member; /* of the structs so named */
	void *scratch;                  /* owned; room for the largest plan_leg */
	struct island *isl;             /* owned */
	struct model_totals totals;
	bool committing;
};

/* stage.c */
void *vec_add(struct vec *v, size_t size);       /* zeroed; NULL: no memory */
void vec_fini(struct vec *v);
struct undo *undo_add(struct model *m, enum undo_kind kind);
void stage_unwind(struct model *m, uint32_t to); /* back to `to` records */
void ctx_dirty(struct ctx *c);

/* formats.c */
const struct format_set *format_set_get(struct model *m, const struct format *v,
					unsigned n);
void format_set_put(struct model *m, const struct format_set *s); /* NULL is legal */
void format_set_hold(const struct format_set *s);

/* strm.c */
enum cause strm_take(struct model *m, struct term *t, struct strm *s, uint8_t family);
struct group_spec *group_copy(const struct group_spec *g);
enum cause strm_drop(struct model *m, struct strm *s);
void strm_forget(struct model *m, struct strm *s); /* formats and group */
struct strm *strms_copy(struct model *m, const struct strm *from, unsigned n,
			unsigned size);
void strms_free(struct model *m, struct strm *v, unsigned n);
static inline uint64_t strm_cookie(const struct term *t, const struct strm *s)
{
	return t->id << COOKIE_SHIFT | (s->id - 1u);
}

/* ctx.c */
struct ctx *ctx_new(struct model *m, struct owner *o, struct endp *e);
void ctx_free(struct model *m, struct ctx *c);   /* unlinks; terminations are gone */
enum cause ctx_place(struct model *m, struct ctx *c); /* choose its worker, once */
struct model *ctx_model(const struct ctx *c);
enum strm_mode strm_mode_now(const struct term *t, const struct strm *s);
bool mode_hears(enum strm_mode mode);            /* takes media into the context */
bool mode_sends(enum strm_mode mode);

/* term.c, link.c */
/* name NULL: the id, when there is an endpoint. */
struct term *term_new(struct ctx *c, enum term_kind kind, struct endp *e, struct room *r,
		      const char *name);
enum cause term_open(struct endp *e, enum term_kind kind, struct term **out);
void term_unlink(struct model *m, struct term *t, struct list *after);
void term_free(struct model *m, struct term *t);
bool term_is_held(const struct term *t);         /* by an agent: counted, told, ended */
enum cause term_halt(struct term *t, const char *why);   /* commits, tells the engine */
enum cause term_leave(struct model *m, struct term *t);
void term_relist(struct term *t, struct list *at[4]);

/* endp.c */
void endp_count_conn(struct endp *e, int by, struct list *after);
void endp_refresh(struct endp *e, struct list *after); /* may `$` take it? */
void endp_halt(struct endp *e, const char *why); /* stop the media of its connections */
void endp_free_if_gone(struct model *m, struct endp *e);
struct endp *endp_new(struct owner *o, struct pool *p, struct room *r, const char *name);
void endp_del(struct model *m, struct endp *e);
uint16_t endp_limit(const struct endp *e);
uint32_t endp_ptime(const struct endp *e);
uint8_t endp_dscp(const struct endp *e);

/* pool.c, guest.c */
enum cause pool_new(struct owner *o, const struct pool_spec *spec, struct pool **out);
void pool_free(struct pool *p);
struct endp *place_get(const struct pool *p, uint32_t i);
enum cause places_add(struct pool *p, uint32_t to); /* all or none; nobody hears of it */
void places_drop(struct pool *p, uint32_t to);      /* from `to` on; by force */
void places_settle(struct pool *p, bool keep);      /* those just made: told, or gone */
uint32_t places_busy(const struct pool *p, uint32_t from);
enum cause guests_add(struct pool *p, uint32_t to); /* those let in get their places */
void guests_settle(struct pool *p, bool keep);
void guests_drop(struct pool *p, uint32_t to); /* those no longer let in lose all */
uint32_t guests_busy(struct pool *p, const struct pool_spec *next);
enum cause guest_open_all(struct model *m, struct owner *o); /* for a new owner */

/* owner.c */
void owner_free(struct owner *o);
bool owner_listed(const struct owner *o, const char *names); /* no names: all are */

/* wild.c */
enum pool_match { MATCH_NONE, MATCH_ONE, MATCH_ALL };
enum pool_match pool_match(const struct pool *p, struct span pattern,
			   char name[ENDP_NAME_MAX]);    /* MATCH_ONE: of that one */
bool name_match(struct span name, struct span pattern);

/* hctx.c, move.c, port.c: the place of a StreamID in a context, or a free one; -1: none
 */
int strm_index(const struct ctx *c, uint16_t sid);
bool strm_taken(const struct ctx *c, int place, uint16_t but);
void move_undo(struct undo *u);
void port_rests(const struct term *t, uint64_t now);
void rests_free(struct owner *o);

/* topology.c, topo.c */
bool topo_cut(const struct term *from, const struct term *to, uint16_t stream);
enum cause topo_forget(struct model *m, const struct term *t); /* of its context */
bool topo_taps(const struct term *from, const struct term *to, uint16_t stream);
bool topo_flows(const struct term *from, const struct term *to, uint16_t stream);

/* asked.c, offer.c, peer.c */
enum cause strms_open(struct model *m, struct term *t, unsigned n); /* a copy to change */
enum cause strm_apply(struct model *m, struct term *t, struct strm *s,
		      const struct term_ask *ask);
enum cause term_apply(struct model *m, struct term *t, const struct term_ask *ask);
enum cause remote_read(const struct sdp *sdp, const struct sdp_media *med, struct strm *s,
		       struct format_list *formats);
enum cause group_read(struct model *m, const struct owner *o, const struct sdp *sdp,
		      const struct sdp_media *med, struct group_spec *g);
enum cause group_allowed(struct model *m, const struct owner *o,
			 const struct addr *group);
bool group_is_ssm(const struct addr *a);
enum cause offer_formats(struct model *m, struct term *t, const struct strm *s,
			 const struct term_ask *ask, const struct format_list *remote,
			 struct format_list *out);

/* island.c: legs that can hear each other, from one context on. */
enum cause island_walk(struct model *m, struct ctx *c);  /* contexts only */
enum cause island_build(struct model *m, struct ctx *c); /* legs, and who hears whom */
enum cause island_check(const struct island *i);         /* mixing, formats */

bool leg_reaches(const struct island *i, uint32_t from, uint32_t to);

/* compile.c */
enum cause compile_dirty(struct model *m);
enum cause change_add(struct model *m, const struct plan_leg **where,
		      const struct slot_info *slot, const struct plan_leg *plan);

/* commit.c */
enum cause member_add(struct model *m, struct slot *slot, const struct group_spec *g,
		      bool *joined, bool join);
struct plan_msg *msg_new(uint16_t worker, uint32_t nop);

/* fan.c */
enum cause fan_join(struct model *m, struct room *r, uint16_t worker, struct slot *slot,
		    struct fan_out **where);
enum cause fan_part(struct model *m, struct fan_out **where);
enum cause fan_compile(struct model *m);         /* plans for the fans that changed */
void fan_undo(struct model *m);
void fan_apply(struct model *m);
void fans_free(struct room *r);
struct fan *fan_get(struct room *r, uint16_t worker);
void fan_touch(struct model *m, struct fan *f);  /* send its plan anew */
void fan_end(struct fan *f);
void plan_room_free(struct plan_room *p);        /* NULL is legal */

/* room.c, zonelegs.c, zoneset.c, zonedel.c */
struct room *room_new(struct model *m);
void room_free(struct room *r);
void room_drop(struct room *r, const struct endp *e); /* a conference's endpoint goes */
uint32_t room_outputs(const struct room *r);
void room_count(struct room *r, int by, struct list *after); /* ports */
void room_forget(struct model *m, struct term *t); /* it neither talks nor waits */
void room_free_if_gone(struct model *m, struct room *r);
enum cause rooms_open(struct model *m, struct owner *o); /* endpoints for a new owner */
enum cause room_compile(struct model *m, struct room *r);
enum cause room_spec_check(struct model *m, const struct room *r,
			   const struct room_spec *s);
enum cause room_legs_stage(struct room *r, const struct room_spec *spec,
			   struct room_leg **legs, uint32_t *n);
enum cause room_legs_drop(struct room *r);
void room_legs_free(struct room_leg *legs, uint32_t n);
void room_unlist(struct room *r);
struct endp *room_each_endp(const struct room *r, struct owner **o); /* NULL starts */
void room_close_endp(struct model *m, struct endp *e);
void room_event(struct model *m, const struct med_event *ev);
static inline uint64_t room_cookie(const struct room *r)
{
	return COOKIE_ROOM | r->id << 16;
}

/* tell.c: observers */
void tell_ended(struct model *m, struct term *t, const char *reason, uint64_t now);
void tell_event(struct model *m, struct owner *o, struct term *t,
		const struct med_event *ev);
void tell_report(struct model *m, struct owner *o, struct term *t, const char *reason);
void tell_release(struct model *m, struct term *t, const char *reason);
void tell_endp(struct model *m, struct endp *e, bool in);
void tell_endp_end(struct model *m, struct endp *e);
/* False: the owner's engine wants them one by one. */
bool tell_places(struct model *m, struct owner *o, const char *pattern);
void tell_ctx_end(struct model *m, struct ctx *c);
