# bash completion of hollerctl; made from its table of commands.
_hollerctl()
{
	local cur=${COMP_WORDS[COMP_CWORD]} i words='' cmd=''
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		-s|--socket) ((i++)) ;;
		-*) ;;
		*) cmd+=${cmd:+ }${COMP_WORDS[i]} ;;
		esac
	done
	case $cmd in
	'') words='-s --socket --json --help --version help decode convert status agents tls assoc endpoints contexts terminations streams rooms zones zone calls stats workers ports service log trace conf reload stop' ;;
	zone) words='list add set del ' ;;
	decode*) words='--as mgcp sdp h248 h248-ber' ;;
	convert*) words='--from --to --ids bits h248 h248-compact h248-ber' ;;
	'status'|'status '*) words='--json' ;;
	'agents'|'agents '*) words='--json' ;;
	'tls'|'tls '*) words='--json' ;;
	'assoc'|'assoc '*) words='--json' ;;
	'endpoints'|'endpoints '*) words='--json --owner --busy' ;;
	'contexts'|'contexts '*) words='--json --owner' ;;
	'terminations'|'terminations '*) words='--json --owner' ;;
	'streams'|'streams '*) words='--json --owner --endpoint' ;;
	'rooms'|'rooms '*) words='--json' ;;
	'zones'|'zones '*) words='--json' ;;
	'zone list'|'zone list '*) words='--json' ;;
	'zone add'|'zone add '*) words='--json --group --from --listener --ttl --dscp --source --loop --codec --ptime --policy --idle --label --agents' ;;
	'zone set'|'zone set '*) words='--json --group --from --listener --ttl --dscp --source --loop --codec --ptime --policy --idle --label --agents --no-groups --no-from --no-listeners' ;;
	'zone del'|'zone del '*) words='--json --force' ;;
	'calls'|'calls '*) words='--json --owner --endpoint --call --since --limit' ;;
	'stats'|'stats '*) words='--json' ;;
	'workers'|'workers '*) words='--json' ;;
	'ports'|'ports '*) words='--json' ;;
	'service'|'service '*) words='--json --delay graceful forced back cancel' ;;
	'log'|'log '*) words='--json error warning notice info debug' ;;
	'trace'|'trace '*) words='--json --peer on off show' ;;
	'conf'|'conf '*) words='--json' ;;
	'reload'|'reload '*) words='--json' ;;
	'stop'|'stop '*) words='--json --now' ;;
	esac
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
	[[ $cmd == decode* || $cmd == convert* ]] && mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -f -- "$cur")
	return 0
}
complete -F _hollerctl hollerctl
