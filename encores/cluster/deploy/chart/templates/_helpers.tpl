{{- define "invincible.labels" -}}
app.kubernetes.io/part-of: invincible
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{/* What picks the pods of one part: a list of the root and its name. */}}
{{- define "invincible.pods" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/name: {{ index . 1 }}
{{- end }}

{{/* Two of a part should not stand on one machine. */}}
{{- define "invincible.apart" -}}
podAntiAffinity:
  preferredDuringSchedulingIgnoredDuringExecution:
    - weight: 100
      podAffinityTerm:
        topologyKey: kubernetes.io/hostname
        labelSelector:
          matchLabels:
            {{- include "invincible.pods" . | nindent 12 }}
{{- end }}

{{/* No more rights than it needs. */}}
{{- define "invincible.restricted" -}}
allowPrivilegeEscalation: false
capabilities: { drop: [ALL] }
runAsNonRoot: true
{{- end }}

{{- define "invincible.postgresHost" -}}
{{ .Values.postgres.host | default (printf "%s-postgres" .Release.Name) }}
{{- end }}

{{- define "invincible.elasticsearchHost" -}}
{{ .Values.elasticsearch.host | default (printf "%s-elasticsearch" .Release.Name) }}
{{- end }}

{{- define "invincible.frontend" -}}
{{ .Release.Name }}-frontend:{{ .Values.roles.frontend.grpcPort }}
{{- end }}

{{/* A variable whose value is a key of the Secret: a list of the root, the variable and the key. */}}
{{- define "invincible.secret" -}}
- name: {{ index . 1 }}
  valueFrom: { secretKeyRef: { name: {{ (index . 0).Values.secret }}, key: {{ index . 2 }} } }
{{- end }}

{{- define "invincible.elasticsearchUser" -}}
{{- if .Values.elasticsearch.user }}
- { name: ES_USER, value: {{ .Values.elasticsearch.user | quote }} }
{{ include "invincible.secret" (list . "ES_PWD" "elasticsearch") }}
{{- end }}
{{- end }}
